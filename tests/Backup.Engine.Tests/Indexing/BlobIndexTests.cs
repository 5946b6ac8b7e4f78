using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Tests.Trees;

namespace Backup.Engine.Tests.Indexing;

public sealed class BlobIndexTests
{
    [Fact]
    public void Every_blob_of_every_pack_is_found_where_it_is() => PropertyCheck.Holds(50, random =>
    {
        var index = new BlobIndex();
        var packs = new Dictionary<PackId, PackedBlob[]>();
        for (int i = random.Next(1, 30); i > 0; i--)
        {
            packs.Add(new PackId(RandomNode.Id(random).Hash), RandomPack.Blobs(random, random.Next(1, 200)));
        }

        foreach ((PackId pack, PackedBlob[] blobs) in packs)
        {
            if (random.Next(2) == 0)
            {
                index.AddPack(pack, blobs);
            }
            else
            {
                index.Load(RandomPack.Contents((pack, blobs)), RandomNode.Id(random).Hash);
            }
        }

        AssertHolds(index, packs);
    });

    [Fact]
    public void Blobs_may_come_in_any_order_with_gaps_and_overlaps() => PropertyCheck.Holds(random =>
    {
        var index = new BlobIndex();
        var pack = new PackId(RandomNode.Id(random).Hash);
        PackedBlob[] blobs = RandomPack.Blobs(random, random.Next(1, 20))
            .Where(_ => random.Next(4) != 0)
            .Select(blob => random.Next(4) == 0 ? blob with { Offset = (uint)random.Next(50_000) } : blob)
            .ToArray();
        PackedBlob[] shuffled = [.. blobs];
        random.Shuffle(shuffled);

        index.Load(RandomPack.Contents((pack, shuffled)));

        AssertHolds(index, blobs.Length == 0 ? [] : new Dictionary<PackId, PackedBlob[]> { [pack] = blobs });
    });

    [Fact]
    public void What_marked_packs_hold_is_not_kept()
    {
        var index = new BlobIndex();

        WeakReference blobs = LoadMarks(index);
        GC.Collect();

        Assert.False(blobs.IsAlive);
        MarkFile marks = Assert.Single(index.Marks);
        Assert.Equal((new PackId(RandomPack.Id(1)), new Timestamp(5, 0, 0)), Assert.Single(marks.Packs));
        Assert.False(marks.HasPacks);
        Assert.Equal(0, index.EntryCount);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference LoadMarks(BlobIndex index)
        {
            PackedBlob[] blobs = RandomPack.Blobs(new Random(1), 100);
            var contents = new IndexContents();
            contents.Marked.Add(new MarkedPack(new PackId(RandomPack.Id(1)), new Timestamp(5, 0, 0), blobs));
            index.Load(contents, RandomPack.Id(2));
            return new WeakReference(blobs);
        }
    }

    [Fact]
    public void A_pack_that_two_files_describe_in_part_is_one_pack() => PropertyCheck.Holds(random =>
    {
        var index = new BlobIndex();
        var pack = new PackId(RandomNode.Id(random).Hash);
        PackedBlob[] blobs = RandomPack.Blobs(random, 20);
        PackedBlob[] some = blobs.Where(_ => random.Next(2) == 0).ToArray();
        var other = new PackId(RandomNode.Id(random).Hash);
        PackedBlob[] otherBlobs = RandomPack.Blobs(random, 3);

        index.Load(RandomPack.Contents((pack, some), (other, otherBlobs)));
        index.Load(RandomPack.Contents((pack, blobs), (other, otherBlobs), (pack, some)));
        index.AddPack(other, otherBlobs);

        AssertHolds(index, new Dictionary<PackId, PackedBlob[]> { [pack] = blobs, [other] = otherBlobs });
    });

    [Fact]
    public void A_blob_in_several_packs_is_found_in_all_of_them()
    {
        var index = new BlobIndex();
        var blob = new PackedBlob(BlobType.Data, BlobId.Of("x"u8), 0, 100, 0);
        PackId[] packs = [.. Enumerable.Range(0, 50).Select(number => new PackId(RandomPack.Id(number)))];

        foreach (PackId pack in packs)
        {
            index.AddPack(pack, [blob, blob with { Offset = 100, Length = 40 }]);
        }

        IReadOnlyList<PackedBlobLocation> found = index.FindAll(BlobType.Data, blob.Id);
        Assert.Equal(packs.Concat(packs).Order(PackOrder), found.Select(location => location.Pack).Order(PackOrder));
        Assert.Equal(100, index.BlobCount(BlobType.Data));
        Assert.True(index.TryFind(BlobType.Data, blob.Id, out PackedBlobLocation first));
        Assert.Contains(first, found);
        Assert.Empty(index.FindAll(BlobType.Tree, blob.Id));
    }

    [Fact]
    public void Data_and_trees_with_the_same_id_are_different_blobs()
    {
        var index = new BlobIndex();
        BlobId id = BlobId.Of("x"u8);

        index.AddPack(new PackId(RandomPack.Id(1)), [new PackedBlob(BlobType.Tree, id, 0, 100, 0)]);

        Assert.True(index.Contains(BlobType.Tree, id));
        Assert.False(index.Contains(BlobType.Data, id));
        Assert.True(index.TryClaim(BlobType.Data, id));
        Assert.Equal((0, 1), (index.BlobCount(BlobType.Data), index.BlobCount(BlobType.Tree)));
    }

    [Theory]
    [InlineData(0x3FFF_FFFEu)]
    [InlineData(0x3FFF_FFFFu)]
    [InlineData(0x4000_0000u)]
    [InlineData(uint.MaxValue)]
    public void Very_large_blobs_keep_their_lengths(uint length)
    {
        var index = new BlobIndex();
        var blob = new PackedBlob(BlobType.Tree, BlobId.Of("x"u8), 7, uint.MaxValue - 7, length);

        index.AddPack(new PackId(RandomPack.Id(1)), [blob]);

        Assert.True(index.TryFind(blob.Type, blob.Id, out PackedBlobLocation location));
        Assert.Equal(blob, location.ToPackedBlob(blob.Type, blob.Id));
        Assert.Equal(blob, Assert.Single(Assert.Single(index.Packs()).Blobs));
    }

    [Fact]
    public void A_claim_is_granted_once_until_it_is_released()
    {
        var index = new BlobIndex();
        BlobId id = BlobId.Of("x"u8);

        Assert.True(index.TryClaim(BlobType.Data, id));
        Assert.False(index.TryClaim(BlobType.Data, id));
        Assert.False(index.Contains(BlobType.Data, id));
        index.Release(BlobType.Data, id);
        Assert.True(index.TryClaim(BlobType.Data, id));
        index.AddPack(new PackId(RandomPack.Id(1)), [new PackedBlob(BlobType.Data, id, 0, 100, 0)]);
        Assert.False(index.TryClaim(BlobType.Data, id));
        index.Release(BlobType.Data, id);
        Assert.False(index.TryClaim(BlobType.Data, id));
    }

    [Fact]
    public void Packs_know_the_file_that_described_them()
    {
        var index = new BlobIndex();
        Digest firstFile = RandomPack.Id(1);
        Digest secondFile = RandomPack.Id(2);
        PackId[] packs = [.. Enumerable.Range(10, 4).Select(number => new PackId(RandomPack.Id(number)))];
        var random = new Random(1);

        index.Load(RandomPack.Contents((packs[0], RandomPack.Blobs(random, 2)), (packs[1], RandomPack.Blobs(random, 2))), firstFile);
        index.AddPack(packs[2], RandomPack.Blobs(random, 2));
        index.Load(RandomPack.Contents((packs[3], RandomPack.Blobs(random, 2))), secondFile);

        Assert.Equal([firstFile, firstFile, null, secondFile], index.Packs().Select(pack => pack.IndexFile));
        Assert.Equal([firstFile, secondFile], index.IndexFiles);
        Assert.True(index.TryFindPack(packs[1], out IndexedPack? found));
        Assert.Equal(packs[1], found.Id);
        Assert.False(index.ContainsPack(new PackId(RandomPack.Id(99))));
    }

    [Fact]
    public void Numbers_of_blobs_are_different_and_below_the_count()
    {
        var index = new BlobIndex();
        PackedBlob[] blobs = RandomPack.Blobs(new Random(1), 100);

        index.AddPack(new PackId(RandomPack.Id(1)), blobs);

        Assert.Equal(Enumerable.Range(0, 100), blobs.Select(blob => index.IndexOf(blob.Type, blob.Id)).Order());
        Assert.Equal(100, index.EntryCount);
        Assert.Equal(-1, index.IndexOf(BlobType.Data, BlobId.Of("x"u8)));
    }

    [Fact]
    public async Task Of_concurrent_claims_on_a_blob_one_is_granted()
    {
        const int BlobCount = 20_000;
        const int PackSize = 50;
        var index = new BlobIndex();
        BlobId[] ids = [.. Enumerable.Range(0, BlobCount).Select(number => new BlobId(RandomPack.Id(number)))];

        async Task<int> StoreAsync(int worker)
        {
            await Task.Yield();
            var random = new Random(worker);
            BlobId[] mine = [.. ids];
            random.Shuffle(mine);
            var open = new List<PackedBlob>();
            int granted = 0;
            foreach (BlobId id in mine)
            {
                if (index.TryClaim(BlobType.Data, id))
                {
                    if (random.Next(20) == 0)
                    {
                        index.Release(BlobType.Data, id); // «the upload failed»: another one, or the last round, stores it
                        continue;
                    }

                    granted++;
                    open.Add(new PackedBlob(BlobType.Data, id, (uint)open.Count * 100, 100, 0));
                }

                if (open.Count == PackSize || (open.Count > 0 && random.Next(500) == 0))
                {
                    index.AddPack(new PackId(RandomNode.Id(random).Hash), open.ToArray());
                    Assert.All(open, blob => Assert.True(index.TryFind(blob.Type, blob.Id, out PackedBlobLocation location)
                        && location.ToPackedBlob(blob.Type, blob.Id) == blob));
                    open.Clear();
                }
            }

            if (open.Count > 0)
            {
                index.AddPack(new PackId(RandomNode.Id(random).Hash), open);
            }

            return granted;
        }

        int[] granted = await Task.WhenAll(Enumerable.Range(1, 4).Select(StoreAsync));
        int late = ids.Count(id => index.TryClaim(BlobType.Data, id));

        Assert.Equal(BlobCount, granted.Sum() + late);
        Assert.Equal(granted.Sum(), index.BlobCount(BlobType.Data));
    }

    [Fact]
    public async Task Readers_see_right_locations_while_packs_are_added()
    {
        const int PackCount = 3000;
        var index = new BlobIndex();
        using var done = new CancellationTokenSource();

        Task<long>[] readers = [.. Enumerable.Range(1, 3).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            long found = 0;
            while (!done.IsCancellationRequested || found == 0)
            {
                int pack = random.Next(PackCount);
                int blob = random.Next(10);
                if (index.TryFind(BlobType.Data, new BlobId(RandomPack.Id((pack * 10) + blob)), out PackedBlobLocation location))
                {
                    Assert.Equal(new PackedBlobLocation(new PackId(RandomPack.Id(-pack)), (uint)blob * 100, 100, (uint)pack), location);
                    found++;
                }
            }

            return found;
        }))];
        for (int pack = 0; pack < PackCount; pack++)
        {
            int number = pack;
            index.AddPack(
                new PackId(RandomPack.Id(-number)),
                Enumerable.Range(0, 10)
                    .Select(blob => new PackedBlob(BlobType.Data, new BlobId(RandomPack.Id((number * 10) + blob)), (uint)blob * 100, 100, (uint)number))
                    .ToArray());
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(PackCount * 10, index.EntryCount);
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var index = new BlobIndex();
        PackedBlob[] blobs = RandomPack.Blobs(new Random(1), 100);
        index.AddPack(new PackId(RandomPack.Id(1)), blobs);
        index.TryFind(blobs[0].Type, blobs[0].Id, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (PackedBlob blob in blobs)
        {
            index.TryFind(blob.Type, blob.Id, out _);
            index.TryClaim(blob.Type, blob.Id);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Many_places_of_one_blob_and_many_parts_of_one_pack_take_time_in_proportion()
    {
        var index = new BlobIndex();
        var blob = new PackedBlob(BlobType.Data, BlobId.Of("x"u8), 0, 50, 0);
        var pack = new PackId(RandomPack.Id(-1));
        const int Count = 50_000;
        var contents = new IndexContents();
        for (int i = 0; i < Count; i++)
        {
            contents.AddPack(new PackId(RandomPack.Id(i)));
            contents.AddBlob(in blob);
            contents.AddPack(pack);
            contents.AddBlob(blob with { Offset = (uint)i * 100 });
        }

        index.Load(contents);

        Assert.Equal(2 * Count, index.FindAll(BlobType.Data, blob.Id).Count);
        Assert.Equal(Count + 1, index.PackCount);
        Assert.True(index.TryFindPack(pack, out IndexedPack? found));
        Assert.Equal(Count, found.Blobs.Count);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(16)]
    [InlineData(100)]
    public void A_million_blobs_take_less_than_48_bytes_each(int blobsPerPack)
    {
        const int Count = 1_000_000;
        var random = new Random(1);
        var loaded = new BlobIndex();
        var grown = new BlobIndex();
        var builder = new IndexContents();
        for (int i = 0; i < Count; i += blobsPerPack)
        {
            PackedBlob[] blobs = RandomPack.Blobs(random, blobsPerPack);
            var pack = new PackId(RandomNode.Id(random).Hash);
            grown.AddPack(pack, blobs);
            builder.AddPack(pack);
            Array.ForEach(blobs, blob => builder.AddBlob(in blob));
            if (builder.BlobCount >= IndexBuilder.MaxBlobs || i + blobsPerPack == Count)
            {
                loaded.Load(builder, RandomNode.Id(random).Hash);
                builder = new IndexContents();
            }
        }

        Assert.InRange(loaded.MemoryInBytes / (double)Count, 44, 48);
        Assert.InRange(grown.MemoryInBytes / (double)Count, 44, 48);
    }

    private static Comparer<PackId> PackOrder { get; } = Comparer<PackId>.Create((left, right) => left.Hash.CompareTo(right.Hash));

    private static void AssertHolds(BlobIndex index, Dictionary<PackId, PackedBlob[]> packs)
    {
        Dictionary<PackId, IReadOnlyList<PackedBlob>> indexed = index.Packs().ToDictionary(pack => pack.Id, pack => pack.Blobs);
        Assert.Equal(packs.Keys.Order(PackOrder), indexed.Keys.Order(PackOrder));
        Assert.Equal(packs.Count, index.PackCount);
        foreach ((PackId pack, PackedBlob[] blobs) in packs)
        {
            Assert.Equal(Sorted(blobs), Sorted(indexed[pack]));
            Assert.Equal(indexed[pack].Select(blob => blob.Offset).Order(), indexed[pack].Select(blob => blob.Offset));
            foreach (PackedBlob blob in blobs)
            {
                PackedBlobLocation location = index.FindAll(blob.Type, blob.Id)
                    .Single(found => found.Pack == pack && found.Offset == blob.Offset);
                Assert.Equal(blob, location.ToPackedBlob(blob.Type, blob.Id));
                Assert.True(index.TryFind(blob.Type, blob.Id, out _));
            }
        }

        Assert.Equal(packs.Values.Sum(blobs => blobs.Length), index.EntryCount);
    }

    private static IEnumerable<PackedBlob> Sorted(IEnumerable<PackedBlob> blobs) =>
        blobs.OrderBy(blob => blob.Offset).ThenBy(blob => blob.Id.Hash).ThenBy(blob => blob.Type);
}
