using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Changes snapshots, and shows how far that is.</summary>
internal static class SnapshotProgressText
{
    public static async Task<T> RunAsync<T>(VerbRun run, Func<IProgress<SnapshotProgress>, Task<T>> change)
    {
        using var progress = new ProgressSink<SnapshotProgress>(now => run.Display.Show(now.Done, now.Total, Describe(now)));
        return await run.Display.RunAsync(run.WantsProgress, () => change(progress));
    }

    private static string Describe(SnapshotProgress now) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(now.IsChanging ? "changing" : "reading")} snapshots: {now.Done}{(now.Total > 0 ? $" of {now.Total}" : "")}");
}
