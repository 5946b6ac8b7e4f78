namespace Backup.Benchmarks.Compare;

/// <summary>What one run cost.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="CpuSeconds">Processor time, of the system for it, too.</param>
/// <param name="PeakBytes">The most memory it had at once.</param>
internal readonly record struct Measurement(double Seconds, double CpuSeconds, long PeakBytes);
