using Backup.Engine.Maintenance.Pruning;

namespace Backup.Engine.Tests.Maintenance.Pruning;

public sealed class PackJudgeTests
{
    private const long MiB = 1024 * 1024;

    private static readonly PruneRules Everything = new() { MaxUnused = UnusedLimit.OfSize(0) };

    [Fact]
    public void A_pack_of_which_nothing_is_used_goes() =>
        Assert.Equal([PackAction.Remove, PackAction.Remove], Judge(Everything, PackMaker.Make(1, 0, unused: 9), PackMaker.Make(2, 0, duplicate: 4)));

    [Fact]
    public void A_pack_of_which_all_is_used_stays() =>
        Assert.Equal([PackAction.Keep], Judge(Everything, PackMaker.Make(1, 16)));

    [Theory]
    [InlineData(5, 1)]
    [InlineData(0, 2)]
    [InlineData(20, 0)]
    public void Unused_data_may_stay_up_to_the_limit_and_the_most_wasteful_packs_go_first(int percentage, int repacked)
    {
        PackTally[] packs =
        [
            PackMaker.Make(1, 15, unused: 1),
            PackMaker.Make(2, 6, unused: 10), // 11 of 62 MiB are unused, 17.7 %
            .. Enumerable.Range(3, 3).Select(number => PackMaker.Make(number, 16)),
        ];

        List<PackAction> actions = Judge(new PruneRules { MaxUnused = UnusedLimit.OfPercentage(percentage) }, packs);

        Assert.Equal(repacked > 1, actions[0] == PackAction.Repack);
        Assert.Equal(repacked > 0, actions[1] == PackAction.Repack);
    }

    [Fact]
    public void Without_a_limit_only_whole_packs_go() => Assert.Equal(
        [PackAction.Keep, PackAction.Remove],
        Judge(new PruneRules { MaxUnused = UnusedLimit.Unlimited }, PackMaker.Make(1, 1, unused: 15), PackMaker.Make(2, 0, unused: 16)));

    [Fact]
    public void Copies_count_as_superfluous() =>
        Assert.Equal([PackAction.Repack], Judge(Everything, PackMaker.Make(1, 8, duplicate: 8)));

    [Fact]
    public void Packs_of_trees_are_written_anew_for_the_smallest_waste() => Assert.Equal(
        [PackAction.Repack, PackAction.Keep],
        Judge(new PruneRules { MaxUnused = UnusedLimit.OfPercentage(50) }, PackMaker.Make(1, 15, unused: 1, content: PackContent.Trees), PackMaker.Make(2, 15, unused: 1)));

    [Fact]
    public void Packs_with_both_kinds_are_taken_apart() =>
        Assert.Equal([PackAction.Repack], Judge(new PruneRules(), PackMaker.Make(1, 8, duplicate: 1, content: PackContent.Mixed)));

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public void Small_packs_are_put_together_if_there_are_ten(int count, bool isWorthIt)
    {
        PackTally[] packs = [.. Enumerable.Range(0, count).Select(number => PackMaker.Make(number, 1))];

        Assert.All(Judge(Everything, packs), action => Assert.Equal(isWorthIt ? PackAction.Repack : PackAction.Keep, action));
    }

    [Fact]
    public void Packs_that_are_full_of_tiny_blobs_are_not_small()
    {
        PackTally[] packs = [.. Enumerable.Range(0, 12).Select(number => PackMaker.MakeFull(number))];
        PackTally wasteful = PackMaker.MakeFull(12, unused: 1);

        Assert.All(Judge(Everything, packs), action => Assert.Equal(PackAction.Keep, action)); // else each prune would write all of them anew
        Assert.Equal(PackAction.Keep, Judge(new PruneRules(), [.. packs, wasteful])[^1]);
        Assert.Equal(PackAction.Repack, Judge(Everything, [.. packs, wasteful])[^1]);
    }

    [Fact]
    public void Where_all_packs_have_eight_mebibytes_none_is_small()
    {
        PackTally[] packs = [.. Enumerable.Range(0, 40).Select(number => PackMaker.Make(number, 8))];

        Assert.All(Judge(Everything, packs), action => Assert.Equal(PackAction.Keep, action));
        Assert.All(Judge(Everything with { SmallerThan = 10 * MiB }, packs), action => Assert.Equal(PackAction.Repack, action));
    }

    [Fact]
    public void No_more_is_written_than_allowed()
    {
        PackTally[] packs = [.. Enumerable.Range(0, 6).Select(number => PackMaker.Make(number, 8, unused: 8))];

        List<PackAction> actions = Judge(Everything with { MaxRepackBytes = 40 * MiB }, packs);

        Assert.Equal(2, actions.Count(action => action == PackAction.Repack));
        Assert.Equal(4, actions.Count(action => action == PackAction.Keep));
        Assert.DoesNotContain(PackAction.Repack, Judge(Everything with { MaxRepackBytes = 0 }, packs));
    }

    [Fact]
    public void Data_packs_can_be_left_alone() => Assert.Equal(
        [PackAction.Keep, PackAction.Repack, PackAction.Remove],
        Judge(
            Everything with { CacheableOnly = true },
            PackMaker.Make(1, 1, unused: 15),
            PackMaker.Make(2, 1, unused: 15, content: PackContent.Trees),
            PackMaker.Make(3, 0, unused: 15)));

    [Fact]
    public void Trees_that_are_not_compressed_are_always_compressed_data_if_that_is_wanted()
    {
        PackTally trees = PackMaker.Make(1, 16, content: PackContent.Trees, isCompressed: false);
        PackTally data = PackMaker.Make(2, 16, isCompressed: false);

        Assert.Equal([PackAction.Repack, PackAction.Keep], Judge(Everything, trees, data));
        Assert.Equal([PackAction.Repack, PackAction.Repack], Judge(Everything with { Uncompressed = true }, trees, data));
        Assert.Equal([PackAction.Keep, PackAction.Keep], Judge(Everything with { Uncompressed = true, CanCompress = false }, trees, data));
    }

    [Fact]
    public void What_is_counted_adds_up() => PropertyCheck.Holds(random =>
    {
        PackTally[] packs =
        [
            .. Enumerable.Range(0, random.Next(1, 40)).Select(number => PackMaker.Make(
                number, random.Next(3), random.Next(3), random.Next(3), (PackContent)random.Next(3), random.Next(2) == 0)),
        ];
        Judge(new PruneRules { MaxUnused = UnusedLimit.OfPercentage(random.Next(30)), MaxRepackBytes = random.Next(60) * MiB }, packs);

        PruneResult result = PruneCounter.Count(packs, [(default, 7)], canCompress: true);

        Assert.Equal(packs.Length + 1, result.Packs.Total);
        Assert.Equal(packs.Length, result.Packs.Keep + result.Packs.Repack + result.Packs.Remove);
        Assert.Equal(packs.Sum(pack => (pack.Used + pack.Superfluous).Bytes) + 7, result.Bytes.Total);
        Assert.Equal(packs.Where(pack => pack.Action != PackAction.Keep).Sum(pack => pack.Superfluous.Bytes) + 7, result.Bytes.RemoveTotal);
        Assert.Equal(result.Blobs.Used + result.Blobs.RemainingUnused, result.Blobs.Remaining);
        Assert.Equal(packs.Where(pack => pack.Action == PackAction.Keep).Sum(pack => pack.Superfluous.Blobs), result.Blobs.RemainingUnused);
    });

    private static List<PackAction> Judge(PruneRules rules, params PackTally[] packs)
    {
        PackJudge.Judge(packs, rules);
        return [.. packs.Select(pack => pack.Action)];
    }
}
