using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Shows how far pruning is.</summary>
internal sealed class PruneProgressText(VerbRun run)
{
    private PrunePhase? _phase;

    public void Show(PruneProgress now)
    {
        if (_phase != now.Phase)
        {
            _phase = now.Phase;
            run.Step(Name(now.Phase));
        }

        string total = now.Total > 0 ? $" of {now.Total}" : "";
        run.Display.Show(now.Done, now.Total, string.Create(CultureInfo.InvariantCulture, $"{Name(now.Phase)}: {now.Done}{total}"));
    }

    private static string Name(PrunePhase phase) => phase switch
    {
        PrunePhase.Index => "reading the index",
        PrunePhase.Trees => "looking for what snapshots need",
        PrunePhase.Repack => "writing packs anew",
        PrunePhase.SaveIndex => "writing the index anew",
        _ => "removing packs",
    };
}
