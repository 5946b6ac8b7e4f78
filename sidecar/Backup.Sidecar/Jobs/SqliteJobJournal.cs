using System.Text.Json;
using System.Threading.Channels;
using Backup.Sidecar.Json;
using Microsoft.Data.Sqlite;

namespace Backup.Sidecar.Jobs;

/// <summary>
/// The journal in a SQLite file. One task writes: what waits is committed together, so that many requests a second share
/// one flush of the disk. Another one moves what was written from SQLite's log into its file, so that nobody waits for that.
/// </summary>
internal sealed class SqliteJobJournal : IJobJournal
{
    private const string Insert =
        "INSERT INTO jobs (id, state, policy, repository, ended, unannounced, document) "
        + "VALUES ($id, $state, $policy, $repository, $ended, $unannounced, $document)";

    /// <summary>Writes that wait, each with its job's document of a few KiB, or megabytes where it brings a payload.</summary>
    private const int MaxWaiting = 1024;

    /// <summary>Writes after which the log is moved, about four MiB of it.</summary>
    private const int WritesPerMove = 500;

    /// <summary>Pages of 4 KiB of the log; beyond them the writer waits until it is moved.</summary>
    private const int MaxLogPages = 16_384;

    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly SqliteConnection _mover;
    private readonly Channel<bool> _moves = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly SemaphoreSlim _reading = new(1);
    private readonly FileStream _ownership;
    private readonly Channel<PendingWrite> _writes = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Task _writing;
    private readonly Task _moving;
    private int _unmoved;
    private volatile bool _isLogLong;

    private SqliteJobJournal(
        FileStream ownership, SqliteConnection writer, SqliteConnection reader, SqliteConnection mover, bool keepsAnnouncements)
    {
        KeepsAnnouncements = keepsAnnouncements;
        (_ownership, _writer, _reader, _mover) = (ownership, writer, reader, mover);
        _writing = Task.Run(WriteAsync);
        _moving = Task.Run(MoveAsync);
    }

    public bool KeepsAnnouncements { get; }

    /// <summary>Opens the journal of a folder, which is made if need be.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="keepsAnnouncements">Whether ends of jobs are to be announced.</param>
    /// <exception cref="JournalException">Another process has it, a newer version wrote it, or it can't be opened.</exception>
    public static SqliteJobJournal Open(string folder, bool keepsAnnouncements = false)
    {
        FileStream? ownership = null;
        SqliteConnection? writer = null;
        SqliteConnection? reader = null;
        SqliteConnection? mover = null;
        try
        {
            MakePrivate(folder);
            ownership = new FileStream(
                Path.Combine(folder, "jobs.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            string file = Path.Combine(folder, "jobs.db");
            writer = Connect(file);
            SqliteJobSchema.Prepare(writer, file);
            reader = Connect(file);
            mover = Connect(file);
            return new SqliteJobJournal(ownership, writer, reader, mover, keepsAnnouncements);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException or InvalidDataException)
        {
            mover?.Dispose();
            reader?.Dispose();
            writer?.Dispose();
            ownership?.Dispose();
            throw new JournalException(
                $"The journal of jobs in {folder} can't be opened: {exception.Message} Is another backup-sidecar using this folder?", exception);
        }
    }

    public async Task<BackupJob> AddAsync(BackupJob job, CancellationToken cancellationToken) =>
        await EnqueueAsync(transaction => Add(transaction, job), cancellationToken) ?? job;

    public Task SaveAsync(BackupJob job, CancellationToken cancellationToken) => EnqueueAsync(
        transaction =>
        {
            using SqliteCommand command = Command(
                transaction,
                $"{Insert} ON CONFLICT (id) DO UPDATE SET state = $state, ended = $ended, unannounced = $unannounced, document = $document");
            Fill(command, job);
            command.ExecuteNonQuery();
            return null;
        },
        cancellationToken);

    public Task RemoveAsync(string id, CancellationToken cancellationToken) => ExecuteAsync("DELETE FROM jobs WHERE id = $id", id, cancellationToken);

    public Task<IReadOnlyList<BackupJob>> ListUnannouncedAsync(int limit, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<BackupJob>>(
        command =>
        {
            command.CommandText = "SELECT document FROM jobs WHERE unannounced = 1 ORDER BY number LIMIT $limit";
            command.Parameters.AddWithValue("$limit", limit);
            return [.. Documents(command)];
        },
        cancellationToken);

    public Task SetAnnouncedAsync(string id, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE jobs SET unannounced = 0 WHERE id = $id", id, cancellationToken);

    public Task<BackupJob?> FindAsync(string id, CancellationToken cancellationToken) => ReadAsync(
        command =>
        {
            command.CommandText = "SELECT document FROM jobs WHERE id = $id";
            command.Parameters.AddWithValue("$id", id);
            return Documents(command).FirstOrDefault();
        },
        cancellationToken);

    public Task<IReadOnlyList<BackupJob>> ListAsync(JobFilter filter, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<BackupJob>>(
        command =>
        {
            command.CommandText =
                """
                SELECT document FROM jobs
                WHERE ($state IS NULL OR state = $state) AND ($policy IS NULL OR policy = $policy)
                  AND ($repository IS NULL OR repository = $repository)
                ORDER BY number DESC LIMIT $limit
                """;
            command.Parameters.AddWithValue("$state", (object?)filter.State?.ToString() ?? DBNull.Value);
            command.Parameters.AddWithValue("$policy", (object?)filter.Policy ?? DBNull.Value);
            command.Parameters.AddWithValue("$repository", (object?)filter.Repository ?? DBNull.Value);
            command.Parameters.AddWithValue("$limit", filter.Limit);
            return [.. Documents(command)];
        },
        cancellationToken);

    public Task<IReadOnlyList<BackupJob>> ListOpenAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<BackupJob>>(
        command =>
        {
            command.CommandText = "SELECT document FROM jobs WHERE state IN ('Queued', 'Running') ORDER BY number";
            return [.. Documents(command)];
        },
        cancellationToken);

    public Task<DateTimeOffset?> FindSlotAsync(string policy, CancellationToken cancellationToken) => ReadAsync(
        command =>
        {
            command.CommandText = "SELECT slot FROM slots WHERE policy = $policy";
            command.Parameters.AddWithValue("$policy", policy);
            return command.ExecuteScalar() is long slot ? DateTimeOffset.FromUnixTimeMilliseconds(slot) : (DateTimeOffset?)null;
        },
        cancellationToken);

    public Task SaveSlotAsync(string policy, DateTimeOffset slot, CancellationToken cancellationToken) => EnqueueAsync(
        transaction =>
        {
            using SqliteCommand command = Command(
                transaction, "INSERT INTO slots (policy, slot) VALUES ($policy, $slot) ON CONFLICT (policy) DO UPDATE SET slot = $slot");
            command.Parameters.AddWithValue("$policy", policy);
            command.Parameters.AddWithValue("$slot", slot.ToUnixTimeMilliseconds());
            command.ExecuteNonQuery();
            return null;
        },
        cancellationToken);

    public async Task<int> RemoveAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        int removed = 0;
        await EnqueueAsync(
            transaction =>
            {
                using SqliteCommand command = Command(transaction, "DELETE FROM jobs WHERE ended < $ended");
                command.Parameters.AddWithValue("$ended", endedBefore.ToUnixTimeMilliseconds());
                removed = command.ExecuteNonQuery();
                return null;
            },
            cancellationToken);
        return removed;
    }

    public async ValueTask DisposeAsync()
    {
        if (_writes.Writer.TryComplete())
        {
            await _writing;
            _moves.Writer.TryComplete();
            await _moving;
            await _mover.DisposeAsync();
            await _writer.DisposeAsync();
            await _reader.DisposeAsync();
            await _ownership.DisposeAsync();
            _reading.Dispose();
        }
    }

    private static void MakePrivate(string folder)
    {
        // Requests may bring content along, which is nobody else's business.
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA wal_autocheckpoint = 0;";
        command.ExecuteNonQuery();
        return connection;
    }

    private BackupJob? Add(SqliteTransaction transaction, BackupJob job)
    {
        using SqliteCommand insert = Command(transaction, $"{Insert} ON CONFLICT (id) DO NOTHING");
        Fill(insert, job);
        if (insert.ExecuteNonQuery() > 0)
        {
            return job;
        }

        using SqliteCommand select = Command(transaction, "SELECT document FROM jobs WHERE id = $id");
        select.Parameters.AddWithValue("$id", job.Id);
        return Documents(select).First();
    }

    private static SqliteCommand Command(SqliteTransaction transaction, string text)
    {
        SqliteCommand command = transaction.Connection!.CreateCommand(); // null only after its end
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }

    private void Fill(SqliteCommand command, BackupJob job)
    {
        command.Parameters.AddWithValue("$id", job.Id);
        command.Parameters.AddWithValue("$state", job.State.ToString());
        command.Parameters.AddWithValue("$policy", (object?)job.Policy ?? DBNull.Value);
        command.Parameters.AddWithValue("$repository", job.Repository);
        command.Parameters.AddWithValue("$unannounced", KeepsAnnouncements && job.IsOver ? 1 : 0);
        command.Parameters.AddWithValue("$ended", (object?)job.Ended?.ToUnixTimeMilliseconds() ?? DBNull.Value);
        command.Parameters.AddWithValue("$document", JsonSerializer.SerializeToUtf8Bytes(job, ServiceJson.OfJournal.BackupJob));
    }

    private static IEnumerable<BackupJob> Documents(SqliteCommand command)
    {
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(0), ServiceJson.OfJournal.BackupJob)
                ?? throw new JsonException("A job of the journal is empty.");
        }
    }

    private async Task<T> ReadAsync<T>(Func<SqliteCommand, T> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            using SqliteCommand command = _reader.CreateCommand();
            return read(command);
        }
        catch (Exception exception) when (exception is SqliteException or JsonException)
        {
            throw new JournalException($"The journal of jobs can't be read: {exception.Message}", exception);
        }
        finally
        {
            _reading.Release();
        }
    }

    private Task<BackupJob?> ExecuteAsync(string text, string id, CancellationToken cancellationToken) => EnqueueAsync(
        transaction =>
        {
            using SqliteCommand command = Command(transaction, text);
            command.Parameters.AddWithValue("$id", id);
            command.ExecuteNonQuery();
            return null;
        },
        cancellationToken);

    private async Task<BackupJob?> EnqueueAsync(Func<SqliteTransaction, BackupJob?> write, CancellationToken cancellationToken)
    {
        var pending = new PendingWrite(write, new TaskCompletionSource<BackupJob?>(TaskCreationOptions.RunContinuationsAsynchronously));
        await _writes.Writer.WriteAsync(pending, cancellationToken);
        return await pending.Done.Task; // once it is in the queue it happens, so the caller has to know
    }

    private async Task WriteAsync()
    {
        var batch = new List<PendingWrite>();
        while (await _writes.Reader.WaitToReadAsync())
        {
            while (batch.Count < MaxWaiting && _writes.Reader.TryRead(out PendingWrite? write))
            {
                batch.Add(write);
            }

            Commit(batch);
            _unmoved += batch.Count;
            batch.Clear();
            if (_unmoved >= WritesPerMove)
            {
                _unmoved = 0;
                _moves.Writer.TryWrite(true);
            }

            if (_isLogLong)
            {
                Move(_writer, "RESTART");
            }
        }
    }

    private async Task MoveAsync()
    {
        await foreach (bool _ in _moves.Reader.ReadAllAsync())
        {
            Move(_mover, "PASSIVE");
        }
    }

    /// <summary>Moves what is in the log into the file: without waiting for anybody, or until the log begins anew.</summary>
    private void Move(SqliteConnection connection, string mode)
    {
        try
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"PRAGMA wal_checkpoint({mode})";
            using SqliteDataReader result = command.ExecuteReader();
            _isLogLong = result.Read() && result.GetInt64(1) - (mode == "PASSIVE" ? 0 : result.GetInt64(2)) > MaxLogPages;
        }
        catch (SqliteException)
        {
            _isLogLong = false; // nothing is lost: it is in the log, and is moved the next time
        }
    }

    private void Commit(List<PendingWrite> batch)
    {
        var results = new BackupJob?[batch.Count];
        try
        {
            using SqliteTransaction transaction = _writer.BeginTransaction();
            for (int i = 0; i < batch.Count; i++)
            {
                results[i] = batch[i].Write(transaction);
            }

            transaction.Commit();
        }
        catch (Exception exception) when (exception is SqliteException or JsonException or InvalidOperationException)
        {
            foreach (PendingWrite write in batch)
            {
                write.Done.SetException(new JournalException($"The journal of jobs can't be written: {exception.Message}", exception));
            }

            return;
        }

        for (int i = 0; i < batch.Count; i++)
        {
            batch[i].Done.SetResult(results[i]);
        }
    }

    private sealed record PendingWrite(Func<SqliteTransaction, BackupJob?> Write, TaskCompletionSource<BackupJob?> Done);
}
