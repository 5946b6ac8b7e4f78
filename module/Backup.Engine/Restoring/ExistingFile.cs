using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>A file to restore where there is one already.</summary>
/// <param name="File">The file to restore.</param>
/// <param name="Pieces">All its blobs.</param>
/// <param name="Entry">What is there.</param>
internal sealed record ExistingFile(FilePlan File, IReadOnlyList<(PackId Pack, Piece Piece)> Pieces, TargetEntry Entry);
