using Backup.Engine.Indexing;
using Backup.Engine.Maintenance.Pruning;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Maintenance.Pruning;

public sealed class PackSurveyTests
{
    private const uint BlobLength = 100;

    private readonly BlobIndex _index = new();
    private readonly List<PackId> _packs = [];
    private readonly Dictionary<PackId, long> _sizes = [];

    [Fact]
    public void One_of_several_copies_counts_as_used()
    {
        Add(1, 2);
        Add(2, 3);

        List<PackTally> packs = Take(used: [2, 3]);

        Assert.Equal([0, 2], packs.Select(pack => pack.Used.Blobs)); // the second has to stay for 3
        Assert.Equal([1, 0], packs.Select(pack => pack.Duplicate.Blobs));
        Assert.Equal([1, 0], packs.Select(pack => pack.Unused.Blobs));
    }

    [Fact]
    public void A_pack_with_nothing_but_copies_is_that_of_an_interrupted_run_and_stays()
    {
        Add(1, 2, 3);
        Add(2, 3);

        List<PackTally> packs = Take(used: [2, 3]);

        Assert.Equal([0, 2], packs.Select(pack => pack.Used.Blobs));
    }

    [Fact]
    public void The_last_copy_is_taken_if_no_pack_has_to_stay()
    {
        Add(1, 2);
        Add(2, 3);

        List<PackTally> packs = Take(used: [2]);

        Assert.Equal([0, 1], packs.Select(pack => pack.Used.Blobs).Order());
    }

    [Fact]
    public void A_pack_that_is_gone_or_cut_short_is_not_relied_upon()
    {
        Add(1, 2);
        Add(1, 3);
        Add(2, 3);
        _sizes.Remove(_packs[0]);
        _sizes[_packs[1]]--;
        Add(1);

        List<PackTally> packs = Take(used: [1, 2, 3]);

        Assert.Equal([0, 0, 2, 1], packs.Select(pack => pack.Used.Blobs));
        Assert.Equal([2, 2, 0, 0], packs.Select(pack => pack.Duplicate.Blobs));
    }

    [Fact]
    public void Nothing_is_decided_while_something_that_is_needed_is_missing()
    {
        Add(1, 2);
        Add(3);
        _sizes.Remove(_packs[0]);

        RepositoryDamagedException error = Assert.Throws<RepositoryDamagedException>(() => Take(used: [2, 3]));

        Assert.Contains(_packs[0].ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_there_is_all_that_is_used_is_used_once_and_in_a_sound_pack() => PropertyCheck.Holds(random =>
    {
        var survey = new PackSurveyTests();
        int packs = random.Next(1, 12);
        for (int i = 0; i < packs; i++)
        {
            survey.Add([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(1, 30)).Distinct()]);
        }

        if (random.Next(2) == 0)
        {
            survey._sizes.Remove(survey._packs[random.Next(packs)]);
        }

        HashSet<BlobId> present = [.. survey._index.Packs().Where(pack => survey._sizes.ContainsKey(pack.Id)).SelectMany(pack => pack.Blobs).Select(blob => blob.Id)];
        int[] used = [.. Enumerable.Range(1, 29).Where(number => present.Contains(Blob(number)) && random.Next(3) > 0)];

        List<PackTally> found = survey.Take(used);

        Assert.Equal(used.Length, found.Sum(pack => pack.Used.Blobs));
        Assert.All(found.Where(pack => !pack.IsSound), pack => Assert.Equal(0, pack.Used.Blobs));
        Assert.Equal(survey._index.EntryCount, found.Sum(pack => (pack.Used + pack.Superfluous).Blobs));
        HashSet<BlobId> kept = [.. found.Where(pack => pack.Used.Blobs > 0).SelectMany(pack => survey._index.PackAt(pack.Number).Blobs).Select(blob => blob.Id)];
        Assert.All(used, number => Assert.Contains(Blob(number), kept));
    });

    private static BlobId Blob(int number) => new(Digest.Of(BitConverter.GetBytes(number)));

    private void Add(params int[] blobs)
    {
        PackedBlob[] packed = [.. blobs.Select((blob, place) =>
            new PackedBlob(BlobType.Data, Blob(blob), (uint)place * BlobLength, BlobLength, 2 * BlobLength))];
        var pack = new PackId(Digest.Of(BitConverter.GetBytes(1000 + _packs.Count)));
        _index.AddPack(pack, packed);
        _packs.Add(pack);
        _sizes[pack] = new PackTally(new IndexedPack(pack, null, packed), 0).IndexedSize;
    }

    private List<PackTally> Take(int[] used)
    {
        var set = new BlobSet(_index);
        foreach (int blob in used)
        {
            set.Add(BlobType.Data, Blob(blob));
        }

        long[] sizes = new long[_index.PackNumbers];
        foreach (IndexedPack pack in _index.Packs())
        {
            sizes[pack.Number] = _sizes.GetValueOrDefault(pack.Id, -1);
        }

        return PackSurvey.Take(_index, set, sizes);
    }
}
