namespace Backup.Engine;

/// <summary>How far a change of snapshots is. Reported a few times a second.</summary>
/// <param name="IsChanging">False while it is found out what is to be changed, true while that is saved and removed.</param>
/// <param name="Done">Snapshots that are done with that.</param>
/// <param name="Total">How many there are; 0: not known yet.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record SnapshotProgress(bool IsChanging, long Done, long Total, TimeSpan Elapsed);
