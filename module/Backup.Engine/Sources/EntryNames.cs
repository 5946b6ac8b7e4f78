namespace Backup.Engine.Sources;

/// <summary>What an entry is called.</summary>
/// <param name="Name">In its directory of the snapshot.</param>
/// <param name="Path">In the snapshot.</param>
/// <param name="Locator">On disk; the same string where it is equal to the path.</param>
internal readonly record struct EntryNames(string Name, string Path, string Locator);
