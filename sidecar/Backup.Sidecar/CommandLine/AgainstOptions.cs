using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options of <c>check</c> that say which files are compared with which snapshot.</summary>
internal sealed class AgainstOptions
{
    private readonly Option<string[]> _against = new("--against")
    {
        Description = "Also compare these files or folders, written as for backup, with a snapshot (repeatable)",
        HelpName = "path",
    };

    private readonly Option<string?> _snapshot = new("--snapshot")
    {
        Description = "With --against: this snapshot, or a folder in it (default: the newest one of these paths)",
        HelpName = "SNAPSHOT[:PATH]",
    };

    private readonly Flag _metadata = new("--metadata") { Description = "With --against: compare mode, owner, time and attributes, too" };

    private readonly ExclusionOptions _exclusions = new();

    public AgainstOptions() => _snapshot.CompletionSources.Add("latest");

    public Option[] All => [_against, _snapshot, _metadata, .. _exclusions.All];

    /// <summary>What is to be compared; null: nothing.</summary>
    /// <exception cref="UsageException">Options are given that make sense with --against only.</exception>
    public SourceDiffOptions? Of(VerbRun run, SnapshotFilter filter)
    {
        string[] paths = run.Values(_against);
        if (paths.Length == 0)
        {
            Option? senseless = All.FirstOrDefault(run.IsGiven);
            return senseless is null
                ? null
                : throw new UsageException($"{senseless.Name} makes sense with --against only. Add it, or leave that out.");
        }

        return new SourceDiffOptions
        {
            Files = _exclusions.Of(run) with { Paths = paths },
            Snapshot = run.Value(_snapshot),
            Filter = filter,
            Metadata = run.Value(_metadata),
        };
    }
}
