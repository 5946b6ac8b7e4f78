using Backup.Engine.Packs;
using Backup.Engine.Restoring;
using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Tests.Restoring;

public sealed class PackStretchTests
{
    private const int MaxLength = 4 * 1024 * 1024;

    [Fact]
    public void Every_piece_is_in_one_stretch_that_covers_it() => PropertyCheck.Holds(random =>
    {
        var pack = new PackPlan(new PackId(Digest.Of([1])));
        int count = random.Next(1, 100);
        for (int i = 0; i < count; i++)
        {
            pack.Pieces.Add(PieceAt((uint)random.Next(16_000_000), (uint)random.Next(33, 3_000_000), i));
        }

        Piece[] all = [.. pack.Pieces];

        PackStretch[] stretches = [.. PackStretch.Split(pack)];

        Assert.Equal(all.Order(ByPlace), stretches.SelectMany(stretch => stretch.Pieces).Order(ByPlace));
        Assert.All(stretches, stretch => Assert.InRange(stretch.Length, 33, MaxLength));
        Assert.All(
            stretches.SelectMany(stretch => stretch.Pieces.Select(piece => (stretch, piece.Blob))),
            each => Assert.True(
                each.Blob.Offset >= each.stretch.Offset
                    && each.Blob.Offset + each.Blob.Length <= each.stretch.Offset + each.stretch.Length));
    });

    [Fact]
    public void Neighbours_are_read_at_once_and_gaps_are_not()
    {
        var pack = new PackPlan(default);
        pack.Pieces.AddRange([PieceAt(2_000_000, 100, 0), PieceAt(0, 100, 1), PieceAt(100, 100, 2), PieceAt(1_000, 100, 3)]);

        PackStretch[] stretches = [.. PackStretch.Split(pack)];

        Assert.Equal([(0L, 1_100), (2_000_000L, 100)], stretches.Select(stretch => (stretch.Offset, stretch.Length)));
    }

    [Fact]
    public void A_blob_that_many_need_is_in_one_stretch()
    {
        var pack = new PackPlan(default);
        pack.Pieces.AddRange(Enumerable.Range(0, 1_000).Select(i => PieceAt(500, 3_000_000, i)));

        PackStretch stretch = Assert.Single(PackStretch.Split(pack));

        Assert.Equal(1_000, stretch.Pieces.Count);
    }

    private static Comparer<Piece> ByPlace { get; } = Comparer<Piece>.Create((left, right) => left.Offset.CompareTo(right.Offset));

    private static Piece PieceAt(uint offset, uint length, long fileOffset) => new(
        new PackedBlob(BlobType.Data, new BlobId(Digest.Of(BitConverter.GetBytes(offset))), offset, length, 0), File, fileOffset);

    private static FilePlan File { get; } = new(new DirectoryPlan(), "file", 0)
    {
        Metadata = default(EntryMetadata),
        Length = 0,
        Content = [],
    };
}
