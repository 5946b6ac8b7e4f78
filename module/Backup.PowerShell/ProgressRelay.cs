using Backup.Engine;

namespace Backup.PowerShell;

/// <summary>Turns what the engine reports into progress with rate and time left.</summary>
/// <param name="bus">Where it goes.</param>
/// <param name="describe">Makes the progress of a report.</param>
internal sealed class ProgressRelay<T>(PipelineBus bus, Func<T, RateEstimator, IEnumerable<ProgressInfo>> describe) : IProgress<T>
{
    private readonly RateEstimator _rate = new();
    private readonly Lock _gate = new();

    public void Report(T value)
    {
        lock (_gate)
        {
            foreach (ProgressInfo progress in describe(value, _rate))
            {
                bus.Report(progress);
            }
        }
    }
}
