namespace Backup.Engine;

/// <summary>Where a password is to be found, as who asks for it says. At most one is set.</summary>
/// <param name="File">A file that holds it.</param>
/// <param name="Command">A command that prints it.</param>
/// <param name="IsEmpty">It is empty on purpose.</param>
public sealed record PasswordPlace(string? File, string? Command, bool IsEmpty = false);
