namespace Backup.Sidecar.CommandLine;

/// <summary>Where a password is to be found, as the command line says it. At most one is set.</summary>
/// <param name="File">A file that holds it.</param>
/// <param name="Command">A command that prints it.</param>
/// <param name="IsEmpty">It is empty on purpose.</param>
internal sealed record PasswordPlace(string? File, string? Command, bool IsEmpty = false);
