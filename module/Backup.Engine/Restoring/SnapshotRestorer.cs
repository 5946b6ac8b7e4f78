using Backup.Engine.Concurrency;
using Backup.Engine.Repositories;
using Backup.Engine.Restoring.Targets;
using Backup.Engine.Sources;
using System.Threading.Channels;

namespace Backup.Engine.Restoring;

/// <summary>
/// Restores a snapshot: walks its trees and plans, fetches and writes contents, makes links, finishes directories. A very
/// large snapshot goes through these steps part by part (see <see cref="RestorePlan"/>).
/// </summary>
internal sealed class SnapshotRestorer(
    OpenedRepository repository, RestoreOptions options, IProgress<RestoreProgress>? progress, Func<string, TargetDirectory> openTarget)
{
    /// <summary>Files that wait to be compared: some hundred bytes each, and their lists of blobs.</summary>
    private const int MaxWaiting = 256;

    private readonly RestoreLog _log = new(options.ItemDone);
    private readonly ItemFilter _filter = ItemFilter.Create(
        options.Includes, options.IncludesIgnoreCase, options.Excludes, options.ExcludesIgnoreCase);

    /// <summary>Restores into this system's files.</summary>
    public SnapshotRestorer(OpenedRepository repository, RestoreOptions options, IProgress<RestoreProgress>? progress)
        : this(repository, options, progress, TargetRoot.Open)
    {
    }

    /// <summary>How much is planned at once.</summary>
    public PlanLimits Limits { get; init; } = PlanLimits.Default;

    /// <summary>Runs the restore.</summary>
    public async Task<RestoreSummary> RunAsync(CancellationToken cancellationToken)
    {
        Check();
        var metadata = new MetadataChooser(options, _log);
        long started = repository.Time.GetTimestamp();
        using var reporter = new RestoreReporter(progress, _log, repository.Time, started);
        return await LockScope.ReadAsync(repository, token => RunLockedAsync(metadata, started, token), cancellationToken)
            .ConfigureAwait(false);
    }

    private void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Target);
        if (options.DryRun && options.Verify)
        {
            throw new ArgumentException("A dry run writes nothing that could be verified. Leave one of both out.", nameof(options));
        }

        string target = Path.GetFullPath(options.Target);
        if (options.Delete && !_filter.IsActive && Path.GetPathRoot(target) == target)
        {
            throw new ArgumentException(
                $"Deletion in «{target}» would take the whole system. Add patterns that say what to restore.", nameof(options));
        }
    }

    private async Task<RestoreSummary> RunLockedAsync(MetadataChooser metadata, long started, CancellationToken cancellationToken)
    {
        SnapshotPath path = SnapshotPath.Parse(options.Snapshot);
        Snapshot snapshot = await repository.FindSnapshotAsync(path.Snapshot, options.Filter, cancellationToken).ConfigureAwait(false);
        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        BlobId tree = await TreePath.FindFolderAsync(
            repository.LoadTreeAsync, snapshot.Tree, path.Folder, cancellationToken).ConfigureAwait(false);
        List<Node> nodes = await repository.LoadTreeAsync(tree, cancellationToken).ConfigureAwait(false);

        string target = Path.GetFullPath(options.Target);
        TargetDirectory? handle = OpenTarget(target);
        var root = new DirectoryPlan
        {
            Tree = tree,
            Filter = _filter.EnterRoot(),
            State = handle is null ? DirectoryState.Imagined : DirectoryState.Existing,
        };
        using var job = new RestoreJob
        {
            Repository = repository,
            Options = options,
            Log = _log,
            Metadata = metadata,
            Filter = _filter,
            Root = root,
            Directories = new DirectoryCache(root, handle),
        };
        var planner = new SnapshotPlanner(job, nodes, cancellationToken);
        try
        {
            while (!planner.IsComplete)
            {
                await RunPartAsync(job, planner, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await planner.StopAsync().ConfigureAwait(false);
        }

        return _log.ToSummary(
            snapshot, path.Folder, target, options.DryRun, repository.Time.GetElapsedTime(started));
    }

    private async Task RunPartAsync(RestoreJob job, SnapshotPlanner planner, CancellationToken cancellationToken)
    {
        var plan = new RestorePlan(Limits);
        var writer = new FileWriter(job);
        _log.Phase = RestorePhase.Planning;
        await PlanAsync(job, planner, plan, writer, cancellationToken).ConfigureAwait(false);
        _log.IsPlanComplete = planner.IsComplete;

        _log.Phase = RestorePhase.Writing;
        await new ContentRestorer(job, plan, writer).RunAsync(cancellationToken).ConfigureAwait(false);

        _log.Phase = RestorePhase.Finishing;
        new HardLinker(job, writer).Run(plan, cancellationToken);
        await new DirectoryFinisher(job).RunAsync(plan, cancellationToken).ConfigureAwait(false);

        if (options.Verify)
        {
            _log.Phase = RestorePhase.Verifying;
            await new RestoreVerifier(job, plan).RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task PlanAsync(
        RestoreJob job, SnapshotPlanner planner, RestorePlan plan, FileWriter writer, CancellationToken cancellationToken)
    {
        var existing = Channel.CreateBounded<ExistingFile>(new BoundedChannelOptions(MaxWaiting) { SingleWriter = true });
        using var stages = new StageGroup(cancellationToken);
        stages.Start(async token =>
        {
            await planner.FillAsync(plan, existing.Writer, token).ConfigureAwait(false);
            existing.Writer.Complete();
        });
        var comparer = new FileComparer(job, plan, writer);
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            stages.Start(token => comparer.RunAsync(existing.Reader, token));
        }

        await stages.WhenAllAsync().ConfigureAwait(false);
    }

    /// <returns>Null if a dry run finds no target: everything would be new then.</returns>
    private TargetDirectory? OpenTarget(string target)
    {
        try
        {
            if (!Directory.Exists(target))
            {
                if (options.DryRun)
                {
                    return null;
                }

                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(target);
                }
                else
                {
                    Directory.CreateDirectory(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }

            return openTarget(target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RestoreRefusedException(
                $"The target «{target}» can't be used. {exception.Message} Choose a directory that you may write to.", exception);
        }
    }
}
