namespace Backup.Engine;

/// <summary>A snapshot whose document was replaced.</summary>
/// <param name="Old">As it was.</param>
/// <param name="New">As it is now. In a dry run it has no id.</param>
public sealed record SnapshotChange(Snapshot Old, Snapshot New);
