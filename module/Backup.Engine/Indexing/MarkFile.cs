namespace Backup.Engine.Indexing;

/// <summary>The packs that an index file marks for removal. What they hold is only in the file: it may be much, and few ask for it.</summary>
/// <param name="File">The index file.</param>
/// <param name="HasPacks">Whether it also lists packs that are to be used.</param>
/// <param name="Packs">The packs, and when they were marked; null: nobody knows.</param>
/// <param name="Holders">Who was at work when they were marked; null: nobody knows.</param>
internal sealed record MarkFile(
    Digest File, bool HasPacks, IReadOnlyList<(PackId Id, Timestamp? Time)> Packs, IReadOnlyList<MarkHolder>? Holders);
