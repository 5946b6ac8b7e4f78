namespace Backup.Engine;

/// <summary>Whom a new key names, so that a list of keys tells whose they are. Nothing is decided by it.</summary>
/// <param name="Hostname">The host; null or empty: this one.</param>
/// <param name="Username">The user; null: who runs this process.</param>
public sealed record KeyOwner(string? Hostname = null, string? Username = null);
