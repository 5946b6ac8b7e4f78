namespace Backup.Engine.Tests.Archiving;

/// <summary>Backups of what an application has open: online, offline and hybrid; and how much of it is read.</summary>
public sealed class BackupMethodTests
{
    private readonly List<string> _calls = [];

    [Fact]
    public async Task Offline_reads_everything_between_quiesce_and_resume()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        MemorySource source = NewSource();

        BackupSummary summary = await fixture.BackupAsync(source, options => options with { Method = BackupMethod.Offline, Quiesce = Hooks() });

        Assert.Equal(["quiesce", "/a", "/b", "resume"], _calls);
        Assert.NotNull(summary.Downtime);
        Assert.Equal([1], await fixture.ReadAsync(summary.Snapshot!, "/a"));
    }

    [Fact]
    public async Task Online_calls_nobody()
    {
        await using var fixture = await MemoryRepository.CreateAsync();

        BackupSummary summary = await fixture.BackupAsync(NewSource(), options => options with { Quiesce = Hooks() });

        Assert.Equal(["/a", "/b"], _calls);
        Assert.Null(summary.Downtime);
    }

    [Fact]
    public async Task Hybrid_reads_again_only_what_changed_since_the_first_pass()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        MemorySource source = NewSource();

        BackupSummary summary = await fixture.BackupAsync(source, options => options with
        {
            Method = BackupMethod.Hybrid,
            Quiesce = Hooks(onQuiesce: () => source.Add("/b", [3, 3], seconds: 1_700_000_001).OnOpen = () => _calls.Add("/b again")),
        });

        Assert.Equal(["/a", "/b", "quiesce", "/b again", "resume"], _calls);
        Assert.Equal([1], await fixture.ReadAsync(summary.Snapshot!, "/a"));
        Assert.Equal([3, 3], await fixture.ReadAsync(summary.Snapshot!, "/b"));
        Assert.Equal((2UL, 0UL, 2UL), (summary.Counts.FilesNew, summary.Counts.FilesUnmodified, summary.Counts.TotalFilesProcessed));
        Assert.Single(await fixture.SnapshotsAsync());
    }

    [Fact]
    public async Task Hybrid_trusts_no_time_as_late_as_the_first_pass()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        MemorySourceFile file = source.Add("/a", [1], seconds: now + 1);

        BackupSummary summary = await fixture.BackupAsync(source, options => options with
        {
            Method = BackupMethod.Hybrid,
            Quiesce = Hooks(onQuiesce: () => file.Content = [2]), // same size, same times
        });

        Assert.Equal(["/a", "/a"], source.Opened);
        Assert.Equal([2], await fixture.ReadAsync(summary.Snapshot!, "/a"));
    }

    [Fact]
    public async Task What_the_first_pass_could_not_read_is_forgotten_if_the_second_could()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        MemorySource source = NewSource();
        source.Add("/c", [9]).OnOpen = () => throw new IOException("in use");

        BackupSummary summary = await fixture.BackupAsync(source, options => options with
        {
            Method = BackupMethod.Hybrid,
            Quiesce = Hooks(onQuiesce: () => source.Add("/c", [9])),
        });

        Assert.Empty(summary.Skipped);
        Assert.Equal([9], await fixture.ReadAsync(summary.Snapshot!, "/c"));
    }

    [Theory]
    [InlineData(BackupMethod.Offline)]
    [InlineData(BackupMethod.Hybrid)]
    public async Task A_backup_that_fails_resumes_the_application(BackupMethod method)
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        MemorySource source = NewSource();
        bool isQuiet = false;
        source.OnWalk = path => _ = isQuiet && path == "/b" ? throw new SourceException("the disk is gone") : path;

        await Assert.ThrowsAsync<SourceException>(() => fixture.BackupAsync(
            source, options => options with { Method = method, Quiesce = Hooks(onQuiesce: () => isQuiet = true) }));

        Assert.Equal("resume", _calls[^1]);
        Assert.Single(_calls, "resume");
    }

    [Fact]
    public async Task A_backup_that_is_cancelled_resumes_the_application()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        MemorySource source = NewSource();
        CancellationToken seen = default;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.BackupAsync(
            source,
            options => options with
            {
                Method = BackupMethod.Offline,
                Quiesce = Hooks(onQuiesce: cancellation.Cancel) with { Resume = token => { seen = token; _calls.Add("resume"); return Task.CompletedTask; } },
            },
            cancellation.Token));

        Assert.Single(_calls, "resume");
        Assert.False(seen.IsCancellationRequested);
    }

    [Fact]
    public async Task Without_quiet_there_is_no_snapshot_and_the_application_is_resumed()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        QuiesceHooks hooks = Hooks(onQuiesce: () => throw new InvalidOperationException("busy"));

        QuiesceException exception = await Assert.ThrowsAsync<QuiesceException>(() => fixture.BackupAsync(
            NewSource(), options => options with { Method = BackupMethod.Offline, Quiesce = hooks }));

        Assert.Contains("busy", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["quiesce", "resume"], _calls);
        Assert.Empty(await fixture.SnapshotsAsync());
    }

    [Fact]
    public async Task A_hook_that_never_ends_counts_as_failed()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        QuiesceHooks hooks = Hooks() with { Quiesce = _ => new TaskCompletionSource().Task, Timeout = TimeSpan.FromMilliseconds(1) };

        QuiesceException exception = await Assert.ThrowsAsync<QuiesceException>(() => fixture.BackupAsync(
            NewSource(), options => options with { Method = BackupMethod.Offline, Quiesce = hooks }));

        Assert.Contains("did not answer", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["resume"], _calls);
    }

    [Fact]
    public async Task A_failed_resume_is_told_and_the_snapshot_is_kept()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        QuiesceHooks hooks = Hooks() with { Resume = _ => throw new InvalidOperationException("stuck") };

        QuiesceException exception = await Assert.ThrowsAsync<QuiesceException>(() => fixture.BackupAsync(
            NewSource(), options => options with { Method = BackupMethod.Offline, Quiesce = hooks }));

        Snapshot snapshot = Assert.Single(await fixture.SnapshotsAsync());
        Assert.Equal(snapshot.Id, exception.Snapshot);
        Assert.Contains("stuck", exception.Message, StringComparison.Ordinal);
        Assert.Equal([1], await fixture.ReadAsync(snapshot, "/a"));
    }

    [Fact]
    public async Task A_failed_backup_does_not_hide_a_failed_resume()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        MemorySource source = NewSource();
        source.OnWalk = _ => throw new SourceException("the disk is gone");
        QuiesceHooks hooks = Hooks() with { Resume = _ => throw new InvalidOperationException("stuck") };

        QuiesceException exception = await Assert.ThrowsAsync<QuiesceException>(() => fixture.BackupAsync(
            source, options => options with { Method = BackupMethod.Offline, Quiesce = hooks }));

        Assert.Contains("stuck", exception.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is gone", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_disturbs_nobody()
    {
        await using var fixture = await MemoryRepository.CreateAsync();

        await fixture.BackupAsync(NewSource(), options => options with { Method = BackupMethod.Hybrid, Quiesce = Hooks(), DryRun = true });

        Assert.Equal(["/a", "/b"], _calls);
    }

    [Fact]
    public async Task Without_hooks_only_online_is_possible()
    {
        await using var fixture = await MemoryRepository.CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => fixture.BackupAsync(
            NewSource(), options => options with { Method = BackupMethod.Offline }));
    }

    [Fact]
    public async Task Differential_compares_with_the_last_full_backup()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        MemorySource source = NewSource();
        BackupSummary full = await fixture.BackupAsync(source, options => options with { Type = BackupType.Full });
        source.Add("/a", [1, 1], seconds: 1_700_000_001);
        await fixture.BackupAsync(source);
        source.Opened.Clear();

        BackupSummary differential = await fixture.BackupAsync(source, options => options with { Type = BackupType.Differential });

        Assert.Equal(full.Snapshot!.Id, differential.Parent);
        Assert.Equal(["/a"], source.Opened);
        Assert.Equal(1UL, differential.Counts.FilesChanged);
        Assert.Equal(0, differential.Counts.DataBlobs); // the incremental one has stored them
    }

    [Fact]
    public async Task Differential_without_a_full_one_reads_everything()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        MemorySource source = NewSource();

        BackupSummary summary = await fixture.BackupAsync(source, options => options with { Type = BackupType.Differential });

        Assert.Null(summary.Parent);
        Assert.Equal(["/a", "/b"], source.Opened);
    }

    [Fact]
    public async Task Differential_takes_no_other_parent()
    {
        await using var fixture = await MemoryRepository.CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => fixture.BackupAsync(
            NewSource(), options => options with { Type = BackupType.Differential, Parent = "latest" }));
    }

    private MemorySource NewSource()
    {
        var source = new MemorySource();
        source.Add("/a", [1]).OnOpen = () => _calls.Add("/a");
        source.Add("/b", [2]).OnOpen = () => _calls.Add("/b");
        return source;
    }

    private QuiesceHooks Hooks(Action? onQuiesce = null) => new()
    {
        Quiesce = _ =>
        {
            _calls.Add("quiesce");
            onQuiesce?.Invoke();
            return Task.CompletedTask;
        },
        Resume = _ =>
        {
            _calls.Add("resume");
            return Task.CompletedTask;
        },
    };
}
