using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Scripts;

namespace Backup.PowerShell.Commands;

/// <summary>Makes a snapshot: of files and folders, or of what a command or script block prints.</summary>
[Cmdlet(
    VerbsLifecycle.Invoke, "Backup", DefaultParameterSetName = PathSet,
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(BackupResult))]
public sealed class InvokeBackupCommand : RepositoryCommand, IExclusionParameters
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";
    private const string CommandSet = "Command";
    private const string ScriptSet = "ScriptBlock";

    private readonly List<string> _paths = [];
    private bool _isAnyMissing;

    [Parameter(
        ValueFromPipelineByPropertyName = true,
        HelpMessage = "One or several repositories: locations, registered names, or what Connect-BackupRepository gives. What is read is stored in each. Default: the connected one, else $env:BACKUP_REPOSITORY.")]
    [RepositoryTransform(TakesSeveral = true)]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public new RepositoryReference[] Repository { get; set; } = [];

    // Only -LiteralPath is mandatory: a parameter that is, but can't be piped in, would make PowerShell settle for -Path before it
    // has seen that a piped file has a PSPath, and a [ in its name would be a wildcard.
    [Parameter(
        Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet,
        HelpMessage = "Files and folders to back up, with wildcards. All that is piped in becomes one snapshot.")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter(
        Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralSet,
        HelpMessage = "Files and folders to back up, taken as they are written.")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(
        ParameterSetName = CommandSet,
        HelpMessage = "A program and its arguments: what it prints is stored, byte by byte. If it fails, there is no snapshot.")]
    [ValidateNotNullOrEmpty]
    public string[] Command { get; set; } = [];

    [Parameter(
        ParameterSetName = ScriptSet,
        HelpMessage = "A script block: what it gives is stored, bytes as they are, all else as lines of text. If it throws, there is no snapshot.")]
    [ValidateNotNull]
    public ScriptBlock? ScriptBlock { get; set; }

    [Parameter(ParameterSetName = CommandSet, HelpMessage = "The name of the file in the snapshot, such as shop.sql.")]
    [Parameter(ParameterSetName = ScriptSet, HelpMessage = "The name of the file in the snapshot, such as shop.sql.")]
    [ValidateNotNullOrEmpty]
    public string FileName { get; set; } = "";

    [Parameter(ParameterSetName = PathSet, HelpMessage = "Leave out what matches: * ? [a-z], ** for any folders; !pattern keeps it after all.")]
    [Parameter(ParameterSetName = LiteralSet, HelpMessage = "Leave out what matches: * ? [a-z], ** for any folders; !pattern keeps it after all.")]
    public string[] Exclude { get; set; } = [];

    [Parameter(ParameterSetName = PathSet, HelpMessage = "Files with such patterns, one per line; # begins a comment.")]
    [Parameter(ParameterSetName = LiteralSet, HelpMessage = "Files with such patterns, one per line; # begins a comment.")]
    public string[] ExcludeFile { get; set; } = [];

    [Parameter(ParameterSetName = PathSet, HelpMessage = "In the patterns of -Exclude and -ExcludeFile, capital and small letters are the same.")]
    [Parameter(ParameterSetName = LiteralSet, HelpMessage = "In the patterns of -Exclude and -ExcludeFile, capital and small letters are the same.")]
    public SwitchParameter IgnoreCase { get; set; }

    [Parameter(ParameterSetName = PathSet, HelpMessage = "Leave out folders that a CACHEDIR.TAG marks as caches.")]
    [Parameter(ParameterSetName = LiteralSet, HelpMessage = "Leave out folders that a CACHEDIR.TAG marks as caches.")]
    public SwitchParameter ExcludeCache { get; set; }

    [Parameter(ParameterSetName = PathSet, HelpMessage = "Leave out folders that have a file of this name; name:text wants it to begin with that text.")]
    [Parameter(ParameterSetName = LiteralSet, HelpMessage = "Leave out folders that have a file of this name; name:text wants it to begin with that text.")]
    public string[] ExcludeIfPresent { get; set; } = [];

    [Parameter(ParameterSetName = PathSet, HelpMessage = "Leave out files that are larger, such as 500MB.")]
    [Parameter(ParameterSetName = LiteralSet, HelpMessage = "Leave out files that are larger, such as 500MB.")]
    [SizeTransform]
    [ValidateRange(1, long.MaxValue)]
    public long ExcludeLargerThan { get; set; }

    [Parameter(ParameterSetName = PathSet, HelpMessage = "Stay on the file systems of the paths.")]
    [Parameter(ParameterSetName = LiteralSet, HelpMessage = "Stay on the file systems of the paths.")]
    public SwitchParameter OneFileSystem { get; set; }

    [Parameter(ParameterSetName = PathSet, HelpMessage = "Record when files were last read.")]
    [Parameter(ParameterSetName = LiteralSet, HelpMessage = "Record when files were last read.")]
    public SwitchParameter WithAccessTime { get; set; }

    [Parameter(HelpMessage = "Labels of the snapshot.")]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[] Tag { get; set; } = [];

    [Parameter(HelpMessage = "The host that the snapshot names. Default: this one.")]
    [ArgumentCompleter(typeof(HostCompleter))]
    public string? HostName { get; set; }

    [Parameter(HelpMessage = "The time that the snapshot names. Default: now.")]
    public DateTimeOffset? Time { get; set; }

    [Parameter(HelpMessage = "Compare with this snapshot. Default: the newest of the same host and paths.")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string? Parent { get; set; }

    [Parameter(HelpMessage = "Incremental reads what has changed, Full everything, Differential what has changed since the last full one. Each snapshot is complete by itself.")]
    public BackupType Type { get; set; }

    [Parameter(HelpMessage = "Online: the application goes on. Offline: it holds still meanwhile. Hybrid: only for a second reading of what changed.")]
    public BackupMethod Method { get; set; }

    [Parameter(HelpMessage = "Makes the application hold still, for -Method Offline and Hybrid. It throws if that can't be had.")]
    public ScriptBlock? Quiesce { get; set; }

    [Parameter(HelpMessage = "Lets the application go on: called whatever happens, as soon as everything has been read.")]
    public ScriptBlock? Resume { get; set; }

    [Parameter(HelpMessage = "How long -Quiesce and -Resume may take each. Default: 1m.")]
    [DurationTransform]
    public TimeSpan HookTimeout { get; set; } = TimeSpan.FromMinutes(1);

    [Parameter(HelpMessage = "Make no snapshot if it were equal to its parent.")]
    public SwitchParameter SkipIfUnchanged { get; set; }

    [Parameter(HelpMessage = "Don't read a file because of its change time alone.")]
    public SwitchParameter IgnoreChangeTime { get; set; }

    [Parameter(HelpMessage = "Don't read a file because of its inode or change time alone, for network file systems.")]
    public SwitchParameter IgnoreInode { get; set; }

    [Parameter(HelpMessage = "How many files are read at once. Default: one for each processor.")]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; }

    protected override void ProcessRecord()
    {
        var paths = new SourcePaths(this);
        int before = _paths.Count;
        if (ParameterSetName == PathSet)
        {
            foreach (string path in Path)
            {
                List<string> found = [.. paths.Expand(path)];
                _isAnyMissing |= found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(path);
                _paths.AddRange(found);
            }
        }
        else if (ParameterSetName == LiteralSet)
        {
            foreach (string path in LiteralPath)
            {
                if (paths.Literal(path) is { } found)
                {
                    _paths.Add(found);
                }
            }

            _isAnyMissing |= _paths.Count - before < LiteralPath.Length;
        }
    }

    protected override void EndProcessing()
    {
        if (_paths.Count == 0 && ParameterSetName is PathSet or LiteralSet)
        {
            Refuse("NothingToBackUp", ErrorCategory.ObjectNotFound, "None of the paths is there, so there is nothing to back up. No snapshot was made.");
        }

        if (ParameterSetName is CommandSet or ScriptSet && FileName.Length == 0)
        {
            Refuse("FileNameNeeded", ErrorCategory.InvalidArgument, "What is the file to be called in the snapshot? Use -FileName.");
        }

        CheckHooks();
        var targets = new BackupTargets(this, Repository, Password);
        bool isDryRun = false;
        if (targets.Opened.Count > 0 && !MayChange(Describe(), $"Back up into {targets.Names}", out isDryRun) && (!isDryRun || ScriptBlock is not null))
        {
            return; // what a script block would give is known only when it has been run
        }

        IReadOnlyList<BackupTargetResult> done = targets.Opened.Count == 0 ? [] : BackUp(targets, isDryRun);
        foreach ((string location, BackupSummary? summary, Fault? fault) in targets.Outcomes(done))
        {
            if (summary is not null)
            {
                Tell(summary, location);
                WriteObject(new BackupResult(summary, location, _isAnyMissing));
            }
            else if (fault is not null)
            {
                WriteObject(new BackupResult(fault, location, isDryRun));
            }
        }
    }

    private IReadOnlyList<BackupTargetResult> BackUp(BackupTargets targets, bool isDryRun)
    {
        string directory = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        using ScriptContent? content = ScriptBlock is null ? null : new ScriptContent(this, ScriptBlock, StopToken);
        using ScriptHook? quiesce = Quiesce is null ? null : new ScriptHook(this, Quiesce);
        using ScriptHook? resume = Resume is null ? null : new ScriptHook(this, Resume);
        return targets.Work(
            async (repositories, bus, token) =>
            {
                try
                {
                    BackupOptions options = OptionsOf(SourceOf(directory, content, bus), isDryRun) with
                    {
                        ItemDone = item => Report(bus, item),
                        Quiesce = quiesce is null || resume is null
                            ? null
                            : new QuiesceHooks { Quiesce = quiesce.On(bus), Resume = resume.On(bus), Timeout = HookTimeout },
                    };
                    var progress = new ProgressRelay<BackupProgress>(bus, ProgressTexts.Of);
                    if (Repository.Length > 1)
                    {
                        return await Engine.Repository.BackupAsync(repositories, options, progress, token).ConfigureAwait(false);
                    }

                    BackupSummary summary = await repositories[0].BackupAsync(options, progress, token).ConfigureAwait(false);
                    return [new BackupTargetResult { Location = repositories[0].Location, Summary = summary }];
                }
                finally
                {
                    content?.EndReading();
                }
            },
            foreground: content is null ? null : content.Produce);
    }

    private static void Report(PipelineBus bus, BackupItemReport item)
    {
        if (item.Action == BackupItemAction.Skipped)
        {
            // The engine puts the kind of reason before the reason.
            int colon = item.Detail.IndexOf(": ", StringComparison.Ordinal);
            bool hasReason = Enum.TryParse(colon > 0 ? item.Detail[..colon] : "", out SkipReason reason);
            bus.Fail(ErrorMap.Of(new SkippedEntry(
                item.Path, hasReason ? reason : SkipReason.ReadFailed, hasReason ? item.Detail[(colon + 2)..] : item.Detail)));
        }
    }

    private void Tell(BackupSummary summary, string location)
    {
        string where = Repository.Length > 1 ? $"{Printable.Name(location)}: " : "";
        WriteVerbose(where + (summary.Parent is { } parent ? $"Compared with snapshot {parent.ToShortString()}." : "There was no snapshot to compare with."));
        SnapshotSummary counts = summary.Counts;
        string text = where + $"{counts.TotalFilesProcessed} files, {FormatHelper.Size((long)counts.TotalBytesProcessed)}: "
            + $"{counts.FilesNew} new, {counts.FilesChanged} changed, {counts.FilesUnmodified} unmodified; "
            + $"{FormatHelper.Size((long)counts.DataAddedPacked)} stored in {FormatHelper.Duration(summary.Elapsed)}.";
        WriteInformation(text, ["Backup", "Summary"]);
    }

    /// <exception cref="PipelineStoppedException">Hooks and method contradict each other; it has been said.</exception>
    private void CheckHooks()
    {
        if (Method == BackupMethod.Online && (Quiesce is not null || Resume is not null))
        {
            Refuse("MethodNeeded", ErrorCategory.InvalidArgument, "An online backup quiesces nothing. Say -Method Offline or Hybrid, or leave the script blocks out.");
        }

        if (Method != BackupMethod.Online && (Quiesce is null || Resume is null))
        {
            Refuse("HooksNeeded", ErrorCategory.InvalidArgument, $"-Method {Method} needs both -Quiesce and -Resume.");
        }
    }

    private IBackupSource SourceOf(string directory, ScriptContent? content, PipelineBus bus) => (content, ParameterSetName) switch
    {
        ({ } script, _) => Engine.Repository.CreateSource(new StreamSourceOptions { Content = script.Reader, FileName = FileName }),
        (_, CommandSet) => Engine.Repository.CreateSource(new CommandSourceOptions
        {
            Command = Command,
            FileName = FileName,
            WorkingDirectory = directory,
            ErrorLine = bus.Warn,
        }),
        _ => Engine.Repository.CreateSource(((IExclusionParameters)this).FilesOf(_paths, directory) with { WithAccessTime = WithAccessTime }),
    };

    private BackupOptions OptionsOf(IBackupSource source, bool isDryRun)
    {
        var options = new BackupOptions
        {
            Source = source,
            Tags = [.. Tag.SelectMany(SnapshotFilterCommand.SplitTags)],
            Hostname = HostName is { Length: > 0 } host ? host : Settings.Get("HOST"),
            Time = Time,
            Parent = Parent,
            Type = Type,
            Method = isDryRun ? BackupMethod.Online : Method,
            IgnoreChangeTime = IgnoreChangeTime,
            IgnoreInode = IgnoreInode,
            SkipIfUnchanged = SkipIfUnchanged,
            DryRun = isDryRun,
            ReadConcurrency = ThrottleLimit,
            CountAhead = ParameterSetName is PathSet or LiteralSet,
            ProgramVersion = ProgramVersion,
        };

        // Half of what a script gives is of no use: no snapshot remembers it.
        return ScriptBlock is null ? options : options with { CheckpointInterval = TimeSpan.Zero };
    }

    private string Describe() => ParameterSetName switch
    {
        CommandSet => $"{FileName}, the output of {Command[0]}",
        ScriptSet => $"{FileName}, the output of a script block",
        _ => _paths.Count <= 3 ? string.Join(", ", _paths.Select(Printable.Name)) : $"{_paths.Count} files and folders",
    };
}
