namespace Backup.Engine;

/// <summary>A file of the repository that a repair does something about, and why.</summary>
/// <param name="File">The index file, pack or snapshot.</param>
/// <param name="Message">What is wrong with it and what is done.</param>
public sealed record RepairNotice(FileHandle File, string Message);
