namespace Backup.Engine;

/// <summary>A snapshot that a policy keeps.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Reasons">Which rules want it, in restic's words: <c>daily snapshot</c>, <c>within 7d</c> …</param>
public sealed record KeptSnapshot(Snapshot Snapshot, IReadOnlyList<string> Reasons);
