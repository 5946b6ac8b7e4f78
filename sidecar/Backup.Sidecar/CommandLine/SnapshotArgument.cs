using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The argument that names a snapshot, and how one is described.</summary>
internal static class SnapshotArgument
{
    public static Argument<string> Make(string name = "snapshot")
    {
        Argument<string> argument = new(name)
        {
            Description = "The beginning of an id, or latest; with :PATH behind it that folder counts as the root",
            HelpName = "SNAPSHOT[:PATH]",
        };
        argument.CompletionSources.Add("latest");
        return argument;
    }

    /// <summary>Any number of snapshots, without folders.</summary>
    public static Argument<string[]> MakeList(string description)
    {
        Argument<string[]> argument = new("snapshots")
        {
            Description = description,
            HelpName = "SNAPSHOT",
            Arity = ArgumentArity.ZeroOrMore,
        };
        argument.CompletionSources.Add("latest");
        return argument;
    }

    /// <summary>«4bd1e0c2 of [/home] at 2026-11-22 15:56:47 by ann@web1».</summary>
    public static string Describe(VerbRun run, Snapshot snapshot) =>
        $"{snapshot.Id.ToShortString()} of [{string.Join(", ", snapshot.Paths.Select(Printable.Name))}]"
        + $" at {TimeText.Local(snapshot.Time, run.Session.Time)}"
        + $" by {Printable.Name(snapshot.Username)}@{Printable.Name(snapshot.Hostname)}";
}
