namespace Backup.Engine.Restoring;

/// <summary>A part of a pack that is read at once.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
/// <param name="Pieces">What is needed of it, ordered by the blobs' offsets.</param>
internal sealed record PackStretch(PackId Pack, long Offset, int Length, List<Piece> Pieces)
{
    /// <summary>Longer ones would keep the other workers waiting, and cost memory.</summary>
    private const int MaxLength = 4 * 1024 * 1024;

    /// <summary>What nobody needs is read along up to so many bytes, if that saves a call.</summary>
    private const int MaxGap = 256 * 1024;

    /// <summary>Takes the place of a pack whose work has been handed out.</summary>
    public static PackPlan Taken { get; } = new(default);

    /// <summary>Cuts what is needed of a pack into parts.</summary>
    public static Queue<PackStretch> Split(PackPlan pack)
    {
        List<Piece> pieces = pack.Pieces;
        pieces.Sort((left, right) => left.Blob.Offset.CompareTo(right.Blob.Offset));
        var stretches = new Queue<PackStretch>();
        int first = 0;
        while (first < pieces.Count)
        {
            long start = pieces[first].Blob.Offset;
            long end = EndOf(pieces[first]);
            int next = first + 1;
            while (next < pieces.Count
                && pieces[next].Blob.Offset - end <= MaxGap
                && Math.Max(end, EndOf(pieces[next])) - start <= MaxLength)
            {
                end = Math.Max(end, EndOf(pieces[next]));
                next++;
            }

            // A blob that many places need stays in one part, however long their list is.
            while (next < pieces.Count && pieces[next].Blob == pieces[next - 1].Blob)
            {
                next++;
            }

            stretches.Enqueue(new PackStretch(pack.Id, start, (int)(end - start), pieces.GetRange(first, next - first)));
            first = next;
        }

        return stretches;
    }

    private static long EndOf(in Piece piece) => (long)piece.Blob.Offset + piece.Blob.Length;
}
