namespace Backup.Engine;

/// <summary>Something that is not, or not for certain, in a backup, with the reason.</summary>
/// <param name="Path">The path as in the snapshot.</param>
/// <param name="Reason">The kind of reason.</param>
/// <param name="Message">What the system said.</param>
public sealed record SkippedEntry(string Path, SkipReason Reason, string Message);
