namespace Backup.TestKit;

/// <summary>A snapshot as restic lists it.</summary>
public sealed record ResticSnapshot(string Id, string Tree, IReadOnlyList<string> Paths);
