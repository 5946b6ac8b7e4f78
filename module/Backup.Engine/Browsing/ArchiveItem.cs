namespace Backup.Engine.Browsing;

/// <summary>What an archive does with an item.</summary>
/// <param name="WantsContent">Whether the content has to follow.</param>
/// <param name="Lacks">What there is no place for in the archive: the item, or some of its metadata; null: nothing.</param>
internal readonly record struct ArchiveItem(bool WantsContent, SkippedEntry? Lacks = null);
