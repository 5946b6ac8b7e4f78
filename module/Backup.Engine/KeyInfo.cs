namespace Backup.Engine;

/// <summary>A key of a repository: a password's way to the master key.</summary>
/// <param name="Id">The key file's name.</param>
/// <param name="Username">Who made it; empty if that was not recorded.</param>
/// <param name="Hostname">Where it was made; empty if that was not recorded.</param>
/// <param name="Created">When it was made.</param>
/// <param name="IsCurrent">Whether the repository was opened with it.</param>
/// <param name="Damage">Why its file can't be used, in which case only <paramref name="Id"/> is known; else null.</param>
public sealed record KeyInfo(
    Digest Id, string Username, string Hostname, Timestamp Created, bool IsCurrent, string? Damage = null);
