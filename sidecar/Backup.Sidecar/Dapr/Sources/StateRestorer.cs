using System.Formats.Tar;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Backup.Engine;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Dapr.Sources;

/// <summary>Brings keys from a snapshot back into a state store, value for value over gRPC.</summary>
internal sealed class StateRestorer(Repository repository, IDaprClient dapr, RestoreRequest request, TimeProvider time)
{
    private const int KeysAtOnce = 100;
    private const int BytesAtOnce = 1024 * 1024;
    private const int MaxChanges = 100;
    private const int MaxTries = 10;
    private const string NoVersion = "-1";

    private readonly StateRestoreRequest _state = request.State ?? throw new ArgumentException("There is no state to restore.", nameof(request));
    private readonly List<string> _changes = [];
    private readonly List<(StateManifestKey Key, byte[] Value)> _batch = [];
    private StateRestoreResult? _result;
    private bool? _isRedis;
    private long _batchBytes;

    private string TargetStore => _state.TargetStore ?? _state.Store;

    private StateRestoreResult Result => _result ?? throw new InvalidOperationException("Nothing was begun.");

    /// <summary>Does it.</summary>
    /// <param name="progress">Hears how many keys are done.</param>
    /// <param name="cancellationToken">Ends it; keys that were written stay.</param>
    /// <exception cref="ItemNotFoundException">The snapshot has no such store.</exception>
    public async Task<StateRestoreResult> RunAsync(Action<JobProgress> progress, CancellationToken cancellationToken)
    {
        var filter = new SnapshotFilter
        {
            Hosts = request.Host is null ? [] : [request.Host],
            TagLists = request.Tags.Count == 0 ? [] : [request.Tags],
            Paths = request.Paths.Count == 0 ? [$"/state/{_state.Store}"] : request.Paths,
        };
        Snapshot snapshot = await repository.FindSnapshotAsync(request.Snapshot, filter, cancellationToken);
        Dictionary<string, StateManifestKey> files = Chosen(await ManifestAsync(snapshot, cancellationToken));
        _result = new StateRestoreResult { Snapshot = snapshot.Id.ToString(), Store = TargetStore, DryRun = request.DryRun };
        await foreach ((string file, byte[] value) in ValuesAsync(snapshot, cancellationToken))
        {
            if (!files.Remove(file, out StateManifestKey? key))
            {
                continue;
            }

            _batch.Add((key, value));
            _batchBytes += value.Length;
            if (_batch.Count >= KeysAtOnce || _batchBytes >= BytesAtOnce)
            {
                await FlushAsync(cancellationToken);
                progress(new JobProgress { Phase = "restoring keys", ItemsDone = Result.Keys, ItemsTotal = Result.Keys + files.Count });
            }
        }

        await FlushAsync(cancellationToken);
        Result.Changes = _changes;
        return files.Count == 0
            ? Result
            : throw new RepositoryDamagedException($"The snapshot {snapshot.Id} lacks the value of the key «{files.Values.First().Key}» that it names.");
    }

    private async Task<StateManifest> ManifestAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var options = new DumpOptions { Snapshot = snapshot.Id.ToString(), Path = $"/state/{_state.Store}.json", FilesOnly = true };
        await repository.DumpAsync(options, content, progress: null, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(content.ToArray(), ServiceJson.OfJournal.StateManifest)
                ?? throw new JsonException("It is empty.");
        }
        catch (JsonException exception)
        {
            throw new RepositoryDamagedException($"{options.Path} of the snapshot {snapshot.Id} makes no sense: {exception.Message}", exception);
        }
    }

    private Dictionary<string, StateManifestKey> Chosen(StateManifest manifest)
    {
        HashSet<string> wanted = [.. _state.Keys];
        Dictionary<string, StateManifestKey> chosen = manifest.Keys
            .Where(key => (wanted.Count == 0 || wanted.Remove(key.Key)) && (_state.Prefix is null || key.Key.StartsWith(_state.Prefix, StringComparison.Ordinal)))
            .ToDictionary(key => key.File, StringComparer.Ordinal);
        return wanted.Count == 0
            ? chosen
            : throw new ItemNotFoundException($"The snapshot has no key «{wanted.First()}» of the state store {_state.Store}.");
    }

    /// <summary>All values of the store in one go, as the archive of their folder.</summary>
    private async IAsyncEnumerable<(string File, byte[] Value)> ValuesAsync(
        Snapshot snapshot, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task writing = WriteArchiveAsync(pipe.Writer, snapshot, stop.Token);
        try
        {
            await using var reader = new TarReader(pipe.Reader.AsStream());
            while (await reader.GetNextEntryAsync(copyData: false, stop.Token) is { } entry)
            {
                if (entry.EntryType is not TarEntryType.RegularFile)
                {
                    continue;
                }

                byte[] value = new byte[entry.Length];
                if (entry.DataStream is { } content)
                {
                    await content.ReadExactlyAsync(value, stop.Token);
                }

                yield return (entry.Name[(entry.Name.LastIndexOf('/') + 1)..], value);
            }

            await writing;
        }
        finally
        {
            await stop.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // thrown above, or not the first failure
        }
    }

    private async Task WriteArchiveAsync(PipeWriter writer, Snapshot snapshot, CancellationToken cancellationToken)
    {
        try
        {
            var options = new DumpOptions { Snapshot = snapshot.Id.ToString(), Path = $"/state/{_state.Store}", Format = DumpFormat.Tar };
            await repository.DumpAsync(options, writer.AsStream(leaveOpen: true), progress: null, cancellationToken);
            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            await writer.CompleteAsync(exception); // who reads gets it
            throw;
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        string[] names = [.. _batch.Select(item => NewName(item.Key.Key))];
        Dictionary<string, StateEntry> present = (await StateSource.GetAsync(dapr, TargetStore, names, cancellationToken))
            .ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        var writes = new List<StateWrite>();
        for (int i = 0; i < _batch.Count; i++)
        {
            (StateManifestKey key, byte[] value) = _batch[i];
            Result.Keys++;
            if (key.Expires <= now)
            {
                Result.Expired++;
                continue;
            }

            if (present.GetValueOrDefault(names[i]) is { Error: { } error })
            {
                throw new SourceException($"The key «{names[i]}» of {TargetStore} can't be read: {error}");
            }

            await JudgeAsync(names[i], key, value, present.GetValueOrDefault(names[i]), writes, cancellationToken);
        }

        await WriteAsync(writes, cancellationToken);

        _batch.Clear();
        _batchBytes = 0;
    }

    private async Task JudgeAsync(
        string name, StateManifestKey key, byte[] value, StateEntry? present, List<StateWrite> writes, CancellationToken cancellationToken)
    {
        if (present?.Value is { } there)
        {
            if (there.AsSpan().SequenceEqual(value))
            {
                Result.Unchanged++;
            }
            else if (_state.Mode == StateRestoreMode.OnlyMissing)
            {
                Keep(name);
            }
            else if (_state.Mode == StateRestoreMode.OnlyIfUnchanged && present.ETag.Length == 0)
            {
                throw new SourceException($"{TargetStore} has no versions, so nobody can tell whether «{name}» changes meanwhile. Restore with another mode.");
            }
            else if (request.DryRun || _state.Mode == StateRestoreMode.Overwrite)
            {
                Result.Updated++;
                Note('~', name);
                Queue(writes, name, key, value);
            }
            else if (await dapr.TrySaveByteStateAsync(TargetStore, name, value, present.ETag, StateOptions.Strong, MetadataOf(key), cancellationToken))
            {
                Result.Updated++;
                Note('~', name);
            }
            else
            {
                Keep(name);
            }

            return;
        }

        if (request.DryRun || _state.Mode == StateRestoreMode.Overwrite
            || await TryCreateAsync(name, value, MetadataOf(key), cancellationToken))
        {
            Result.Created++;
            Note('+', name);
            if (_state.Mode == StateRestoreMode.Overwrite)
            {
                Queue(writes, name, key, value);
            }
        }
        else
        {
            Keep(name); // somebody was faster
        }
    }

    /// <summary>Creates a key that was not there just now.</summary>
    /// <returns>False: it is there by now.</returns>
    private async Task<bool> TryCreateAsync(string name, byte[] value, Dictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        _isRedis ??= (await dapr.GetMetadataAsync(cancellationToken)).Find(TargetStore)?.Type == "state.redis";

        // A key that was created by «first write» can be written on Redis only by who gives its version, and applications mostly don't.
        // A version that no key has keeps others' values there, too: it is not looked at where there is nothing.
        return _isRedis.Value
            ? await dapr.TrySaveByteStateAsync(TargetStore, name, value, NoVersion, StateOptions.Strong, metadata, cancellationToken)
            : await dapr.TryCreateByteStateAsync(TargetStore, name, value, metadata, cancellationToken);
    }

    /// <summary>Writes keys whatever is there: together, or one by one where a key of them wants its version to be given.</summary>
    private async Task WriteAsync(List<StateWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count == 0)
        {
            return;
        }

        try
        {
            await dapr.SaveBulkByteStateAsync(TargetStore, writes, cancellationToken);
        }
        catch (DaprException exception) when (exception.IsVersionWanted)
        {
            foreach (StateWrite write in writes)
            {
                await OverwriteAsync(write, cancellationToken);
            }
        }
    }

    private async Task OverwriteAsync(StateWrite write, CancellationToken cancellationToken)
    {
        for (int i = 0; i < MaxTries; i++)
        {
            StateEntry there = await dapr.GetByteStateAndETagAsync(TargetStore, write.Key, ConsistencyMode.Strong, null, cancellationToken);
            string version = there.ETag.Length > 0 ? there.ETag : NoVersion;
            if (await dapr.TrySaveByteStateAsync(TargetStore, write.Key, write.Value, version, StateOptions.Strong, write.Metadata, cancellationToken))
            {
                return;
            }
        }

        throw new SourceException($"The key «{write.Key}» of {TargetStore} is changed by others all the time. Restore when less is going on.");
    }

    private void Queue(List<StateWrite> writes, string name, StateManifestKey key, byte[] value)
    {
        if (!request.DryRun)
        {
            writes.Add(new StateWrite(name, value) { Metadata = MetadataOf(key) });
        }
    }

    private void Keep(string name)
    {
        Result.Kept++;
        Note('=', name);
    }

    private void Note(char sign, string name)
    {
        if (_changes.Count < MaxChanges)
        {
            _changes.Add($"{sign} {name}");
        }
    }

    private string NewName(string key) => _state is { Prefix: { } prefix, NewPrefix: { } replacement } ? replacement + key[prefix.Length..] : key;

    private Dictionary<string, string>? MetadataOf(StateManifestKey key) => key.Expires is not { } expires ? null : new Dictionary<string, string>
    {
        ["ttlInSeconds"] = Math.Max(1, (long)(expires - time.GetUtcNow()).TotalSeconds).ToString(CultureInfo.InvariantCulture),
    };
}
