using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Shows how far a check is.</summary>
internal sealed class CheckProgressText(VerbRun run)
{
    private readonly RateEstimator _rate = new();
    private CheckPhase? _phase;
    private TimeSpan _dataSince;

    public void Show(CheckProgress now)
    {
        if (_phase != now.Phase)
        {
            _phase = now.Phase;
            _dataSince = now.Elapsed;
            run.Step(Name(now.Phase));
        }

        if (now.Phase != CheckPhase.Data)
        {
            string total = now.Total > 0 ? $" of {now.Total}" : "";
            run.Display.Show(
                now.Done, now.Total, string.Create(CultureInfo.InvariantCulture, $"{Name(now.Phase)}: {now.Done}{total}{Errors(now)}"));
            return;
        }

        _rate.Add(now.Elapsed - _dataSince, now.BytesDone);
        run.Display.Show(
            now.BytesDone,
            now.BytesTotal,
            $"reading {SizeText.FormatShort(now.BytesDone)}/{SizeText.FormatShort(now.BytesTotal)}"
            + $"{RateText.Of(_rate, now.BytesTotal - now.BytesDone)}{Errors(now)}");
    }

    private static string Name(CheckPhase phase) => phase switch
    {
        CheckPhase.Index => "reading the index",
        CheckPhase.Packs => "comparing packs with the index",
        CheckPhase.Trees => "following the trees",
        _ => "reading data",
    };

    private static string Errors(CheckProgress now) =>
        now.Errors == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {now.Errors} errors");
}
