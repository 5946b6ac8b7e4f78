using Backup.Engine.Repositories;

namespace Backup.Engine.Archiving;

/// <summary>The tree of a huge folder, which comes piece by piece, as each of the repositories compresses it.</summary>
/// <param name="blobs">One for each repository; null for one that had failed before the tree began.</param>
internal sealed class LongTree(IReadOnlyList<LongBlob?> blobs) : IDisposable
{
    /// <summary>It for one of the repositories.</summary>
    public LongBlob? this[int target] => blobs[target];

    /// <summary>Appends a piece.</summary>
    public void Append(ReadOnlySpan<byte> plaintext)
    {
        foreach (LongBlob? blob in blobs)
        {
            blob?.Append(plaintext);
        }
    }

    /// <summary>Another tree that begins like this one.</summary>
    public LongTree Copy() => new([.. blobs.Select(blob => blob?.Copy())]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LongBlob? blob in blobs)
        {
            blob?.Dispose();
        }
    }
}
