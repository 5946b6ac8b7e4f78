namespace Backup.Engine.Restoring;

/// <summary>What is needed of a pack.</summary>
/// <param name="id">The pack.</param>
internal sealed class PackPlan(PackId id)
{
    /// <summary>The pack.</summary>
    public PackId Id { get; } = id;

    /// <summary>The blobs and where they go, in the order in which they were asked for.</summary>
    public List<Piece> Pieces { get; } = [];
}
