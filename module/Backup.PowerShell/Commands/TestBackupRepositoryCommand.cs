using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Looks for damage, and for files that are not as a snapshot has them: true if there is none. What is found are error records.</summary>
[Cmdlet(VerbsDiagnostic.Test, "BackupRepository", DefaultParameterSetName = RepositorySet)]
[OutputType(typeof(bool), typeof(CheckResult))]
public sealed class TestBackupRepositoryCommand : SnapshotFilterCommand, IExclusionParameters
{
    private const string RepositorySet = "Repository";
    private const string AgainstSet = "Against";

    [Parameter(
        Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Check only what these snapshots need: ids, beginnings of ids, or latest. Default: everything.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(HelpMessage = "Read all data and verify every byte, not only the structure.")]
    public SwitchParameter ReadData { get; set; }

    [Parameter(HelpMessage = "Read a part of the data: n/t (group n of t), a percentage such as 2.5%, or a size such as 500M, at random.")]
    public string? ReadDataSubset { get; set; }

    [Parameter(HelpMessage = "Give a report instead of true or false.")]
    public SwitchParameter Detailed { get; set; }

    [Parameter(
        Mandatory = true, ParameterSetName = AgainstSet,
        HelpMessage = "Also read these files and folders, and compare them with the newest snapshot of them, or with -ReferenceSnapshot.")]
    [SupportsWildcards]
    public string[] Against { get; set; } = [];

    [Parameter(
        ParameterSetName = AgainstSet,
        HelpMessage = "The snapshot to compare with: the beginning of an id, or latest; with :PATH behind it that folder counts as the one path of -Against.")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string? ReferenceSnapshot { get; set; }

    [Parameter(ParameterSetName = AgainstSet, HelpMessage = "Compare mode, owner, times and attributes, too.")]
    public SwitchParameter IncludeMetadata { get; set; }

    [Parameter(ParameterSetName = AgainstSet, HelpMessage = "Leave out what matches: * ? [a-z], ** for any folders; !pattern keeps it after all.")]
    public string[] Exclude { get; set; } = [];

    [Parameter(ParameterSetName = AgainstSet, HelpMessage = "Files with such patterns, one per line; # begins a comment.")]
    public string[] ExcludeFile { get; set; } = [];

    [Parameter(ParameterSetName = AgainstSet, HelpMessage = "In the patterns of -Exclude and -ExcludeFile, capital and small letters are the same.")]
    public SwitchParameter IgnoreCase { get; set; }

    [Parameter(ParameterSetName = AgainstSet, HelpMessage = "Leave out folders that a CACHEDIR.TAG marks as caches.")]
    public SwitchParameter ExcludeCache { get; set; }

    [Parameter(ParameterSetName = AgainstSet, HelpMessage = "Leave out folders that have a file of this name; name:text wants it to begin with that text.")]
    public string[] ExcludeIfPresent { get; set; } = [];

    [Parameter(ParameterSetName = AgainstSet, HelpMessage = "Leave out files that are larger, such as 500MB.")]
    [SizeTransform]
    [ValidateRange(1, long.MaxValue)]
    public long ExcludeLargerThan { get; set; }

    [Parameter(ParameterSetName = AgainstSet, HelpMessage = "Stay on the file systems of the paths.")]
    public SwitchParameter OneFileSystem { get; set; }

    protected override void ProcessRecord()
    {
        if (ReadData && ReadDataSubset is not null)
        {
            Refuse("ArgumentInvalid", ErrorCategory.InvalidArgument, "-ReadData and -ReadDataSubset can't both be given. Leave one out.");
        }

        string[] files = FindFiles();
        BackupRepository repository = Open();
        CheckReport report = Check(repository);
        WriteVerbose($"Checked {report.Snapshots} snapshots, {report.Trees} trees, {report.Blobs} blobs in {report.Packs} packs in {FormatHelper.Duration(report.Elapsed)}.");
        WriteVerbose($"Verified: {report.Verified}{(report.NotVerified.Length == 0 ? "" : $"; not verified: {report.NotVerified}")}.");
        SourceDiffSummary? comparison = files.Length == 0 ? null : Compare(repository, files);
        WriteObject(Detailed ? new CheckResult(report, comparison, repository.Location) : report.IsHealthy && comparison is null or { IsEqual: true });
    }

    private static void Report(PipelineBus bus, CheckProblem problem)
    {
        if (problem.Severity == CheckSeverity.Error)
        {
            bus.Fail(ErrorMap.Of(problem));
        }
        else
        {
            bus.Verbose($"Hint: {problem.Message}");
        }
    }

    /// <summary>The files and folders to compare. One that is not there is compared, too: the snapshot may have it.</summary>
    private string[] FindFiles()
    {
        var paths = new SourcePaths(this);
        string[] files = [.. Against.SelectMany(path => WildcardPattern.ContainsWildcardCharacters(path) ? paths.Expand(path) : [paths.Target(path)])];
        if (Against.Length > 0 && files.Length == 0)
        {
            Refuse("NothingToCompare", ErrorCategory.ObjectNotFound, "Nothing matches -Against, so there is nothing to compare. Nothing was checked.", Against[0]);
        }

        return files;
    }

    private CheckReport Check(BackupRepository repository) => Work(
        repository,
        isWriting: false,
        (engine, bus, token) => engine.CheckAsync(
            new CheckOptions
            {
                ReadData = ReadData ? PackSelection.All : ReadDataSubset is { } subset ? PackSelection.Parse(subset) : null,
                Snapshots = Snapshot,
                Filter = Filter(Snapshot),
                ProblemFound = problem => Report(bus, problem),
            },
            new ProgressRelay<CheckProgress>(bus, ProgressTexts.Of),
            token));

    private SourceDiffSummary Compare(BackupRepository repository, string[] files)
    {
        SourceDiffSummary summary = Work(
            repository,
            isWriting: false,
            (engine, bus, token) => engine.DiffSourceAsync(
                new SourceDiffOptions
                {
                    Files = ((IExclusionParameters)this).FilesOf(files, SessionState.Path.CurrentFileSystemLocation.ProviderPath),
                    Snapshot = ReferenceSnapshot,
                    Filter = ReferenceSnapshot is null ? Filter() : Filter(ReferenceSnapshot),
                    Metadata = IncludeMetadata,
                    Changed = change => bus.Fail(ErrorMap.Of(change)),
                    Uncompared = (path, reason) => bus.Fail(ErrorMap.Of(new SkippedEntry(path, SkipReason.ReadFailed, reason))),
                },
                new ProgressRelay<SourceDiffProgress>(bus, ProgressTexts.Of),
                token),
            ReferenceSnapshot ?? files[0]);
        WriteVerbose(
            $"Compared {summary.Items} items, {FormatHelper.Size(summary.Bytes)}, with {Describe(summary.Snapshot)}: "
            + $"{summary.Differences} differ, {summary.Uncompared} could not be compared.");
        return summary;
    }
}
