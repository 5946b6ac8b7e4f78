namespace Backup.Engine;

/// <summary>How far counting is. Reported a few times a second.</summary>
/// <param name="TreesDone">Trees read; each is read at least twice.</param>
/// <param name="TreesTotal">Trees to read; 0: not known yet.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record UsageProgress(long TreesDone, long TreesTotal, TimeSpan Elapsed);
