using System.Globalization;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// How often programs get a line with the status: as often as the engine reports, or BACKUP_PROGRESS_FPS
/// (RESTIC_PROGRESS_FPS) times a second; never if it should be quiet and nobody says how often.
/// </summary>
internal sealed class StatusPace(VerbRun run)
{
    private readonly double? _perSecond =
        double.TryParse(run.Session.Settings.Get("PROGRESS_FPS"), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number > 0 ? number : null;

    private long? _last;

    /// <summary>Whether it is time for a line; if so, the next one waits for its turn.</summary>
    public bool IsDue()
    {
        if (_perSecond is null)
        {
            return run.Verbosity > Verbosity.Quiet;
        }

        TimeProvider time = run.Session.Time;
        if (_last is { } last && time.GetElapsedTime(last).TotalSeconds < 1 / _perSecond)
        {
            return false;
        }

        _last = time.GetTimestamp();
        return true;
    }
}
