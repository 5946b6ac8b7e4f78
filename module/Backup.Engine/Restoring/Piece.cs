using Backup.Engine.Packs;

namespace Backup.Engine.Restoring;

/// <summary>One place where a blob goes.</summary>
/// <param name="Blob">The blob and where its pack has it.</param>
/// <param name="File">The file that needs it.</param>
/// <param name="Offset">Where it begins in the file.</param>
internal readonly record struct Piece(PackedBlob Blob, FilePlan File, long Offset);
