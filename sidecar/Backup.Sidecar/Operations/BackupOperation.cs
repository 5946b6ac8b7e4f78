using Backup.Engine;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Dapr.Sources;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>Backs up the sources of a job, one snapshot for each.</summary>
internal sealed class BackupOperation(
    Repository repository,
    RepositoryTurns turns,
    BackupRequest request,
    BackupJob job,
    QuietTime? quiet,
    ServiceOptions options,
    ApplicationClients applications,
    DaprAccess dapr,
    TimeProvider time,
    Action<JobProgress> progress)
{
    /// <summary>What patterns begin at.</summary>
    private const string Root = "/";

    private readonly JobSnapshots _own = new(repository, job.Id);
    private readonly List<SnapshotResult> _snapshots = [];
    private readonly List<ItemProblem> _problems = [];
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);
    private long _problemCount;

    private string Host => request.Host is { Length: > 0 } host ? host : Environment.MachineName;

    /// <summary>Whether the sources are read while an application holds still once, so that they are of one moment.</summary>
    private bool IsOfOneMoment => request is { Method: BackupMethod.Offline, Sources.Count: > 1 };

    public async Task<JobResult> RunAsync(CancellationToken cancellationToken)
    {
        await BackUpAsync(cancellationToken);
        ForgetResultSummary? forget = await ForgetAsync(cancellationToken);
        CheckResult? check = request.Verify is { } verify && !request.DryRun
            ? (await CheckOperation.RunAsync(repository, verify, progress, cancellationToken)).Check
            : null;
        return new JobResult
        {
            Snapshots = _snapshots,
            LeftOut = _leftOut.Count > 0 ? [.. _leftOut] : null,
            Forget = forget,
            Check = check,
            DowntimeSeconds = quiet?.Length?.TotalSeconds,
            ProblemCount = _problemCount,
            Problems = _problems,
        };
    }

    private async Task BackUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            var sources = new List<IBackupSource>(); // before anybody holds still
            foreach (SourceRequest source in request.Sources)
            {
                sources.Add(await SourceOfAsync(source, cancellationToken));
            }

            // Else a prune could get in between two sources, and the application would hold still until that is done.
            await using IAsyncDisposable? turn = IsOfOneMoment && !request.DryRun ? await turns.TakeAsync(job, cancellationToken) : null;
            bool mayReuse = job.Attempts > 1 && (!IsOfOneMoment || await AreAllMadeAsync(sources, cancellationToken));
            foreach (IBackupSource source in sources)
            {
                await RunAsync(source, mayReuse, isLast: source == sources[^1], cancellationToken);
            }
        }
        finally
        {
            await (quiet?.EndAsync() ?? Task.CompletedTask);
        }
    }

    /// <summary>Whether an earlier run made all snapshots. One that was interrupted before made some of another moment.</summary>
    private async Task<bool> AreAllMadeAsync(IEnumerable<IBackupSource> sources, CancellationToken cancellationToken)
    {
        foreach (IBackupSource source in sources)
        {
            if ((await _own.ListAsync(source.Paths, cancellationToken)).Count == 0)
            {
                return false;
            }
        }

        return true;
    }

    private async Task RunAsync(IBackupSource source, bool mayReuse, bool isLast, CancellationToken cancellationToken)
    {
        using var late = source as LateSource;
        if (mayReuse
            && (await _own.ListAsync(source.Paths, cancellationToken)).FirstOrDefault(one => !MadeIds().Contains(one.Id.ToString())) is { } made)
        {
            _snapshots.Add(SnapshotResult.From(made)); // it was done, and only its end was not recorded
            return;
        }

        BackupSummary summary = await LeftLocks.PassAsync(
            repository, () => repository.BackupAsync(OptionsOf(source, isLast), new ProgressTo<BackupProgress>(Report), cancellationToken), cancellationToken);
        _snapshots.Add(SnapshotResult.From(summary, source.Paths));
        if (job.Attempts > 1 && !request.DryRun)
        {
            await _own.KeepOnlyAsync(MadeIds(), source.Paths, cancellationToken);
        }

        _problemCount += summary.Skipped.Count;
        _problems.AddRange(summary.Skipped
            .Take(JobResult.MaxProblems - _problems.Count)
            .Select(skipped => new ItemProblem(JsonFields.Text(skipped.Path), skipped.Message)));

        void Report(BackupProgress now) => progress(new JobProgress
        {
            Phase = $"backup of {JsonFields.Text(string.Join(", ", source.Paths))}",
            ItemsDone = now.FilesDone,
            ItemsTotal = now.IsScanComplete ? now.FilesTotal : 0,
            BytesDone = now.BytesDone,
            BytesTotal = now.IsScanComplete ? now.BytesTotal : 0,
            Problems = _problemCount + now.Skipped,
            ElapsedSeconds = now.Elapsed.TotalSeconds,
        });
    }

    private async Task<IBackupSource> SourceOfAsync(SourceRequest source, CancellationToken cancellationToken) => source switch
    {
        { Files: { } files } => FilesOf(files, (await ManifestAsync(files.Application, cancellationToken)).Files),
        { Payload: { } payload } => new PayloadSource(payload, job.Accepted),
        { State: { } state } => new LateSource(StateSource.PathOf(state.Store), async token => await StateSource.ReadAsync(
            dapr.Required, state.Store, await KeysOfAsync(state, token), time.GetUtcNow(), token)),
        { Configuration: { } items } => new LateSource(ConfigurationRestorer.PathOf(items.Store), async token => await ConfigurationSource.ReadAsync(
            dapr.Required, await WithManifestAsync(items, token), time.GetUtcNow(), token)),
        { Export: { } export } => new LateSource(
            ExportSource.PathOf(export.Application), async _ => await ExportSource.ReadAsync(applications, export.Application, cancellationToken)),
        _ => throw new InvalidOperationException("A source of no kind was accepted."),
    };

    private IReadOnlyList<string> MadeIds() => [.. _snapshots.Select(snapshot => snapshot.Id ?? "")];

    private async Task<IEnumerable<string>> KeysOfAsync(StateRequest state, CancellationToken cancellationToken)
    {
        ApplicationManifest manifest = await ManifestAsync(state.Application, cancellationToken);
        IEnumerable<string> found = state.Query is { } query ? await StateKeys.FindAsync(dapr.Required, state.Store, query, cancellationToken) : [];
        return [.. state.Keys, .. manifest.State.GetValueOrDefault(state.Store) ?? [], .. found];
    }

    private async Task<ConfigurationRequest> WithManifestAsync(ConfigurationRequest configuration, CancellationToken cancellationToken)
    {
        if (configuration.Application is null)
        {
            return configuration;
        }

        ApplicationManifest manifest = await ManifestAsync(configuration.Application, cancellationToken);
        string[] keys = [.. configuration.Keys.Union(manifest.Configuration.GetValueOrDefault(configuration.Store) ?? [])];
        return keys.Length > 0
            ? configuration with { Keys = keys }
            : throw new SourceException($"The application «{configuration.Application}» names no items of the configuration store {configuration.Store}.");
    }

    /// <summary>What an application names; nothing, if there is no application.</summary>
    private async Task<ApplicationManifest> ManifestAsync(string? application, CancellationToken cancellationToken) =>
        application is null ? new ApplicationManifest() : await applications.ManifestAsync(application, cancellationToken);

    private IBackupSource FilesOf(FilesRequest files, IReadOnlyList<string> more)
    {
        if (files.Paths.Count + more.Count == 0)
        {
            throw new SourceException($"The application «{files.Application}» names no files.");
        }

        // Again: since the request was accepted, a link may have been put in place of a folder.
        var allowed = new RequestPaths(options);
        string[] paths = [.. files.Paths.Concat(more).Select(allowed.ToBackUp).Distinct(StringComparer.Ordinal)];
        string[] own = [.. paths.SelectMany(allowed.OwnBelow).Distinct(StringComparer.Ordinal)];
        _leftOut.UnionWith(own);
        return Repository.CreateSource(new FileSystemSourceOptions
        {
            Paths = paths,
            Excludes = [.. files.Exclude, .. own.Select(path => RequestPaths.PatternOf(path, Root))], // the last one counts
            ExcludeIfPresent = files.ExcludeIfPresent,
            ExcludeCaches = files.ExcludeCaches,
            OneFileSystem = files.OneFileSystem,
        });
    }

    private BackupOptions OptionsOf(IBackupSource source, bool isLast) => new()
    {
        Source = source,
        Hostname = Host,
        Tags = request.Tags,
        Type = request.Type,
        Method = request.Method,
        Quiesce = quiet?.HooksFor(endsIt: isLast || !IsOfOneMoment),
        DryRun = request.DryRun,
        CountAhead = source is not LateSource, // it would be read twice
        ProgramVersion = _own.ProgramVersion,
    };

    /// <summary>Older snapshots of these very sources, and no others, are subject to the rules.</summary>
    private async Task<ForgetResultSummary?> ForgetAsync(CancellationToken cancellationToken)
    {
        if (request.Retention is not { } retention || request.DryRun)
        {
            return null;
        }

        int kept = 0;
        var removed = new List<string>();
        long? freed = null;
        foreach (SnapshotResult snapshot in _snapshots)
        {
            ForgetOptions rules = (retention with { Hosts = [Host], Paths = snapshot.Paths }).ToOptions();
            JobResult result = await ForgetOperation.RunAsync(repository, rules, retention.Prune && snapshot == _snapshots[^1], turns, job, cancellationToken);
            kept += result.Forget?.Kept ?? 0;
            freed ??= result.Forget?.BytesFreed;
            removed.AddRange(result.Forget?.Removed ?? []);
            _problemCount += result.ProblemCount;
            _problems.AddRange(result.Problems.Take(JobResult.MaxProblems - _problems.Count));
        }

        return new ForgetResultSummary(kept, removed, retention.DryRun) { BytesFreed = freed };
    }
}
