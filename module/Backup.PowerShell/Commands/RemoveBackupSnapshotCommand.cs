using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Removes snapshots: those that are named, or those that a policy does not keep. Their data go with Optimize-BackupRepository.</summary>
[Cmdlet(
    VerbsCommon.Remove, "BackupSnapshot", DefaultParameterSetName = SnapshotSet,
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(BackupSnapshot))]
public sealed class RemoveBackupSnapshotCommand : SnapshotFilterCommand
{
    private const string SnapshotSet = "Snapshot";
    private const string PolicySet = "Policy";

    private readonly Dictionary<BackupRepository, List<string>> _named = [];

    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = SnapshotSet, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Ids, beginnings of ids, or latest.")]
    [Alias("Id", "SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotCompleter))]
    public string[] Snapshot { get; set; } = [];

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Keep the newest so many, or All.")]
    [CountTransform]
    [ValidateRange(RetentionPolicy.Unlimited, int.MaxValue)]
    public int KeepLast { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Keep the newest of each of so many hours that have one, or All.")]
    [CountTransform]
    [ValidateRange(RetentionPolicy.Unlimited, int.MaxValue)]
    public int KeepHourly { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Keep the newest of each of so many days that have one, or All.")]
    [CountTransform]
    [ValidateRange(RetentionPolicy.Unlimited, int.MaxValue)]
    public int KeepDaily { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Keep the newest of each of so many weeks that have one, or All.")]
    [CountTransform]
    [ValidateRange(RetentionPolicy.Unlimited, int.MaxValue)]
    public int KeepWeekly { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Keep the newest of each of so many months that have one, or All.")]
    [CountTransform]
    [ValidateRange(RetentionPolicy.Unlimited, int.MaxValue)]
    public int KeepMonthly { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Keep the newest of each of so many years that have one, or All.")]
    [CountTransform]
    [ValidateRange(RetentionPolicy.Unlimited, int.MaxValue)]
    public int KeepYearly { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Keep all that are not older than this, counted from the newest: 14d, 1y6m.")]
    [SpanTransform]
    public RetentionSpan KeepWithin { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Of those that are not older than this, keep the newest of each hour: 14d, 1y6m.")]
    [SpanTransform]
    public RetentionSpan KeepWithinHourly { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Of those that are not older than this, keep the newest of each day: 14d, 1y6m.")]
    [SpanTransform]
    public RetentionSpan KeepWithinDaily { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Of those that are not older than this, keep the newest of each week: 14d, 1y6m.")]
    [SpanTransform]
    public RetentionSpan KeepWithinWeekly { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Of those that are not older than this, keep the newest of each month: 14d, 1y6m.")]
    [SpanTransform]
    public RetentionSpan KeepWithinMonthly { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Of those that are not older than this, keep the newest of each year: 14d, 1y6m.")]
    [SpanTransform]
    public RetentionSpan KeepWithinYearly { get; set; }

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "Keep all with one of these tags; 'a,b' in one string wants both.")]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[] KeepTag { get; set; } = [];

    [Parameter(ParameterSetName = PolicySet, HelpMessage = "What the snapshots of a group have in common: the policy holds for each group. Default: Host, Paths.")]
    public SnapshotGrouping GroupBy { get; set; } = SnapshotGrouping.Host | SnapshotGrouping.Paths;

    [Parameter(HelpMessage = "Give the snapshots that were removed.")]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        if (ParameterSetName == PolicySet)
        {
            Apply(repository);
            return;
        }

        if (!_named.TryGetValue(repository, out List<string>? named))
        {
            _named.Add(repository, named = []);
        }

        named.AddRange(Snapshot);
    }

    protected override void EndProcessing()
    {
        // All of them are found before the first one goes: one that is not there must not leave half of the work done.
        foreach ((BackupRepository repository, List<string> named) in _named)
        {
            string[] confirmed =
            [
                .. FindAll(repository, named).Where(snapshot => MayChange(Describe(snapshot), "Remove", out _))
                    .Select(snapshot => snapshot.Id.ToString()),
            ];
            if (confirmed.Length > 0)
            {
                Remove(repository, new ForgetOptions { Snapshots = confirmed });
            }
        }
    }

    private void Apply(BackupRepository repository)
    {
        var options = new ForgetOptions
        {
            Policy = new RetentionPolicy
            {
                Last = KeepLast,
                Hourly = KeepHourly,
                Daily = KeepDaily,
                Weekly = KeepWeekly,
                Monthly = KeepMonthly,
                Yearly = KeepYearly,
                Within = KeepWithin,
                WithinHourly = KeepWithinHourly,
                WithinDaily = KeepWithinDaily,
                WithinWeekly = KeepWithinWeekly,
                WithinMonthly = KeepWithinMonthly,
                WithinYearly = KeepWithinYearly,
                TagLists = [.. KeepTag.Select(SplitTags)],
            },
            Filter = Filter(),
            GroupBy = GroupBy,
        };
        ForgetResult plan = Work(repository, isWriting: false, (engine, _, token) => engine.ForgetAsync(options with { DryRun = true }, token));
        foreach (KeptSnapshot kept in plan.Groups.SelectMany(@group => @group.Keep))
        {
            WriteVerbose($"Keeping {Describe(kept.Snapshot)}: {string.Join(", ", kept.Reasons)}.");
        }

        string[] confirmed =
        [
            .. plan.Removed.Where(snapshot => MayChange(Describe(snapshot), $"Remove, since the policy is to {options.Policy}", out _))
                .Select(snapshot => snapshot.Id.ToString()),
        ];
        if (confirmed.Length > 0)
        {
            Remove(repository, new ForgetOptions { Snapshots = confirmed });
        }
    }

    private void Remove(BackupRepository repository, ForgetOptions options)
    {
        ForgetResult result = Work(repository, isWriting: true, (engine, _, token) => engine.ForgetAsync(options, token));
        foreach (SnapshotFailure failure in result.Failures)
        {
            Fail(ErrorMap.Of(failure.Error, failure.Snapshot.Id.ToString()));
        }

        if (PassThru)
        {
            WriteObject(result.Removed.Select(snapshot => new BackupSnapshot(snapshot, repository.Location)), enumerateCollection: true);
        }
    }
}
