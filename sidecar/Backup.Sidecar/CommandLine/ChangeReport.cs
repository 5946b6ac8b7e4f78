using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells which snapshots were changed.</summary>
internal static class ChangeReport
{
    /// <summary>Tells it.</summary>
    /// <returns>The exit code.</returns>
    public static int Tell(VerbRun run, SnapshotChanges changes)
    {
        if (run.IsJson)
        {
            WriteJson(run, changes);
        }
        else
        {
            WriteText(run, changes);
        }

        foreach (SnapshotFailure failure in changes.Failures)
        {
            run.Fault($"Changing the snapshot {failure.Snapshot.Id.ToShortString()} failed: {failure.Error.Message}");
        }

        return changes.Failures.Count == 0 ? ExitCodes.Done : ExitCodes.Incomplete;
    }

    private static void WriteText(VerbRun run, SnapshotChanges changes)
    {
        foreach (SnapshotChange change in changes.Changed)
        {
            if (changes.IsDryRun)
            {
                run.Say($"would change {SnapshotArgument.Describe(run, change.Old)}");
            }
            else
            {
                run.Step($"{SnapshotArgument.Describe(run, change.Old)} is {change.New.Id.ToShortString()} now");
            }
        }

        string count = changes.Changed.Count == 1
            ? "1 snapshot"
            : string.Create(CultureInfo.InvariantCulture, $"{changes.Changed.Count} snapshots");
        run.Say(changes.Changed.Count == 0 ? "no snapshot needs to be changed"
            : changes.IsDryRun ? $"would change {count}"
            : $"changed {count}");
    }

    private static void WriteJson(VerbRun run, SnapshotChanges changes)
    {
        using JsonOutput json = run.OpenJson();
        foreach (SnapshotChange change in changes.Changed)
        {
            json.Line(writer =>
            {
                writer.WriteString("message_type", "changed");
                writer.WriteString("old_snapshot_id", change.Old.Id.ToString());
                writer.WriteUnlessEmpty("new_snapshot_id", changes.IsDryRun ? "" : change.New.Id.ToString());
            });
        }

        json.Line(writer =>
        {
            writer.WriteString("message_type", "summary");
            writer.WriteNumber("changed_snapshots", changes.Changed.Count);
            if (changes.IsDryRun)
            {
                writer.WriteBoolean("dry_run", true);
            }
        });
    }
}
