using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Changes the tags of snapshots.</summary>
internal sealed class TagVerb : Verb
{
    private readonly Argument<string[]> _snapshots = SnapshotArgument.MakeList("Ids, beginnings of ids, or latest; without any: all of the filter");

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "These tags instead of those that are there (repeatable); '' for none",
        HelpName = "tag[,tag…]",
    };

    private readonly Option<string[]> _add = new("--add") { Description = "Add these tags (repeatable)", HelpName = "tag[,tag…]" };

    private readonly Option<string[]> _remove = new("--remove") { Description = "Remove these tags (repeatable)", HelpName = "tag[,tag…]" };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: false);

    public TagVerb(VerbContext context)
        : base(context, "tag", "Change the tags of snapshots. Each gets a new id.")
    {
        Arguments.Add(_snapshots);
        Add(_set, _add, _remove);
        Add(_filter.All);
        Examples =
        [
            ("tag --add before-upgrade latest --host web1", "marks the newest snapshot of a host"),
            ("tag --remove daily --add weekly 1f0ab2c3", "changes the tags of one snapshot"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string[] ids = run.Values(_snapshots);
        var options = new TagOptions
        {
            Snapshots = ids,
            Filter = _filter.Of(run, ids),
            Set = run.IsGiven(_set) ? TagsOf(run, _set) : null,
            Add = TagsOf(run, _add),
            Remove = TagsOf(run, _remove),
        };
        await using Repository repository = await run.OpenAsync();
        return ChangeReport.Tell(run, await SnapshotProgressText.RunAsync(
            run, progress => repository.TagAsync(options, progress, run.Token)));
    }

    private static string[] TagsOf(VerbRun run, Option<string[]> option) =>
        [.. run.Values(option).SelectMany(SnapshotFilterOptions.SplitTags)];
}
