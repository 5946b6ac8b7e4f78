using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Microsoft.Data.Sqlite;

namespace Backup.Sidecar.Tests.Jobs;

public sealed class SqliteJobJournalTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task What_was_added_and_saved_is_there_after_it_was_closed()
    {
        using var folder = new TempFolder();
        BackupJob job = NewJob("a") with
        {
            Request = new JobRequest
            {
                Backup = new BackupRequest { Sources = [new SourceRequest { Payload = new PayloadRequest { Name = "n", Base64 = [0, 255] } }] },
            },
        };
        await using (SqliteJobJournal journal = SqliteJobJournal.Open(folder.FullName))
        {
            await journal.AddAsync(job, CancellationToken.None);
            await journal.SaveAsync(job with { State = JobState.Running, Attempts = 1 }, CancellationToken.None);
        }

        await using SqliteJobJournal again = SqliteJobJournal.Open(folder.FullName);
        BackupJob open = Assert.Single(await again.ListOpenAsync(CancellationToken.None));
        Assert.Equal(JobState.Running, open.State);
        Assert.Equal(1, open.Attempts);
        Assert.Equal(Now, open.Accepted);
        Assert.Equal([0, 255], open.Request.Backup?.Sources[0].Payload?.Base64);
    }

    [Fact]
    public async Task Of_many_that_add_the_same_id_one_wins_and_the_others_get_its_job()
    {
        using var folder = new TempFolder();
        await using SqliteJobJournal journal = SqliteJobJournal.Open(folder.FullName);
        BackupJob[] jobs = [.. Enumerable.Range(0, 50).Select(i => NewJob("same") with { OperationId = $"{i}" })];

        BackupJob[] stored = await Task.WhenAll(jobs.Select(job => journal.AddAsync(job, CancellationToken.None)));

        Assert.Single(stored.Zip(jobs), pair => ReferenceEquals(pair.First, pair.Second));
        Assert.Single(stored.Select(job => job.OperationId).Distinct());
    }

    [Fact]
    public async Task Jobs_are_chosen_ordered_and_removed_when_they_are_old()
    {
        using var folder = new TempFolder();
        await using SqliteJobJournal journal = SqliteJobJournal.Open(folder.FullName);
        await journal.AddAsync(NewJob("1") with { State = JobState.Succeeded, Ended = Now, Policy = "p" }, CancellationToken.None);
        await journal.AddAsync(NewJob("2") with { State = JobState.Failed, Ended = Now.AddDays(2) }, CancellationToken.None);
        await journal.AddAsync(NewJob("3"), CancellationToken.None);

        IReadOnlyList<BackupJob> all = await journal.ListAsync(new JobFilter(), CancellationToken.None);
        IReadOnlyList<BackupJob> ofPolicy = await journal.ListAsync(new JobFilter { Policy = "p" }, CancellationToken.None);
        IReadOnlyList<BackupJob> failed = await journal.ListAsync(new JobFilter { State = JobState.Failed }, CancellationToken.None);
        int removed = await journal.RemoveAsync(Now.AddDays(1), CancellationToken.None);
        IReadOnlyList<BackupJob> left = await journal.ListAsync(new JobFilter(), CancellationToken.None);

        Assert.Equal(["3", "2", "1"], all.Select(job => job.Id));
        Assert.Equal(["1"], ofPolicy.Select(job => job.Id));
        Assert.Equal(["2"], failed.Select(job => job.Id));
        Assert.Equal(1, removed);
        Assert.Equal(["3", "2"], left.Select(job => job.Id));
        Assert.Null(await journal.FindAsync("1", CancellationToken.None));
    }

    [Fact]
    public async Task An_end_waits_to_be_announced_where_that_is_wanted_and_other_jobs_do_not()
    {
        using var folder = new TempFolder();
        await using SqliteJobJournal journal = SqliteJobJournal.Open(folder.FullName, keepsAnnouncements: true);
        await journal.AddAsync(NewJob("open"), CancellationToken.None);
        await journal.AddAsync(NewJob("over"), CancellationToken.None);
        await journal.SaveAsync(NewJob("over") with { State = JobState.Failed, Ended = Now }, CancellationToken.None);
        await journal.SaveAsync(NewJob("new") with { State = JobState.Succeeded, Ended = Now }, CancellationToken.None);
        await journal.SaveAsync(NewJob("gone") with { State = JobState.Succeeded, Ended = Now }, CancellationToken.None);
        await journal.RemoveAsync("gone", CancellationToken.None);

        IReadOnlyList<BackupJob> before = await journal.ListUnannouncedAsync(10, CancellationToken.None);
        await journal.SetAnnouncedAsync("over", CancellationToken.None);
        IReadOnlyList<BackupJob> after = await journal.ListUnannouncedAsync(10, CancellationToken.None);

        Assert.Equal(["over", "new"], before.Select(job => job.Id));
        Assert.Equal(["new"], after.Select(job => job.Id));
        Assert.Equal(["new", "over", "open"], (await journal.ListAsync(new JobFilter(), CancellationToken.None)).Select(job => job.Id));
    }

    [Fact]
    public async Task A_journal_of_the_first_version_goes_on_as_one_of_this()
    {
        using var folder = new TempFolder();
        using (var connection = new SqliteConnection($"Data Source={folder.Combine("jobs.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE jobs (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
                  policy TEXT, repository TEXT NOT NULL, ended INTEGER, document BLOB NOT NULL);
                INSERT INTO jobs (id, state, repository, document) VALUES ('old', 'Queued', 'main', $document);
                PRAGMA user_version = 1;
                """;
            command.Parameters.AddWithValue("$document", JsonSerializer.SerializeToUtf8Bytes(NewJob("old"), ServiceJson.OfJournal.BackupJob));
            command.ExecuteNonQuery();
        }

        await using SqliteJobJournal journal = SqliteJobJournal.Open(folder.FullName, keepsAnnouncements: true);

        Assert.Equal("old", Assert.Single(await journal.ListOpenAsync(CancellationToken.None)).Id);
        Assert.Empty(await journal.ListUnannouncedAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task The_log_of_the_database_does_not_grow_with_what_is_written()
    {
        using var folder = new TempFolder();
        await using SqliteJobJournal journal = SqliteJobJournal.Open(folder.FullName);
        string log = folder.Combine("jobs.db-wal");
        long longest = 0;

        for (int round = 0; round < 10; round++)
        {
            int first = round * 1000;
            await Task.WhenAll(Enumerable.Range(first, 1000).Select(i => journal.AddAsync(NewJob($"{i}"), CancellationToken.None)));
            longest = Math.Max(longest, new FileInfo(log).Length);
        }

        Assert.InRange(longest, 1, 80_000_000);
        Assert.Equal(10_000, (await journal.ListOpenAsync(CancellationToken.None)).Count);
    }

    [Fact]
    public void A_file_that_is_no_journal_is_refused_and_left_alone()
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("jobs.db", "this is something else, and long enough to be looked at as a database file");

        JournalException exception = Assert.Throws<JournalException>(() => SqliteJobJournal.Open(folder.FullName));

        Assert.Contains(folder.FullName, exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("this is something else", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [FactOnLinux]
    public async Task Only_its_owner_may_look_into_a_new_folder()
    {
        using var folder = new TempFolder();
        string place = folder.Combine("new");

        await using SqliteJobJournal journal = SqliteJobJournal.Open(place);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(place));
    }

    private static BackupJob NewJob(string id) => new()
    {
        Id = id,
        Operation = JobOperation.Check,
        Repository = "main",
        Accepted = Now,
        Request = new JobRequest { Operation = JobOperation.Check, Check = new CheckRequest() },
    };
}
