using Backup.Engine.Maintenance;

namespace Backup.Engine.Tests.Maintenance;

public class PackPickerTests
{
    private static readonly (PackId Pack, long Size)[] Packs =
        [.. Enumerable.Range(0, 500).Select(number => (new PackId(Digest.Of(BitConverter.GetBytes(number))), 100L + number))];

    [Fact]
    public void All_are_all() => Assert.Equal(Packs.ToHashSet(), Pick(PackSelection.All).ToHashSet());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(256)]
    public void Each_pack_is_in_exactly_one_group(int groups)
    {
        IEnumerable<(PackId, long)> all = Enumerable.Range(1, groups)
            .SelectMany(group => Pick(PackSelection.OfGroup(group, groups)));

        Assert.Equal(Packs.OrderBy(pack => pack.Pack.Hash), all.OrderBy(pack => pack.Item1.Hash));
    }

    [Fact]
    public void Groups_are_those_of_restic() // the first byte, modulo
    {
        List<(PackId Pack, long Size)> picked = Pick(PackSelection.OfGroup(2, 5));

        Assert.All(picked, pack => Assert.Equal(1, Convert.FromHexString(pack.Pack.ToString())[0] % 5));
        Assert.Equal(picked, Pick(PackSelection.OfGroup(2, 5)));
    }

    [Theory]
    [InlineData(10, 50)]
    [InlineData(0.001, 1)]
    [InlineData(99.9, 499)]
    [InlineData(100, 500)]
    public void A_percentage_is_of_the_number(double percentage, int expected)
    {
        List<(PackId Pack, long Size)> picked = Pick(PackSelection.OfPercentage(percentage));

        Assert.Equal(expected, picked.Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(long.MaxValue)]
    public void Bytes_are_just_reached(long bytes)
    {
        List<(PackId Pack, long Size)> picked = Pick(PackSelection.OfSize(bytes));

        long total = Packs.Sum(pack => pack.Size);
        long sum = picked.Sum(pack => pack.Size);
        Assert.True(sum >= Math.Min(bytes, total));
        Assert.True(sum - picked[^1].Size < bytes);
    }

    [Fact]
    public void Chance_does_not_always_pick_the_same()
    {
        PackSelection some = PackSelection.OfPercentage(10);

        Assert.NotEqual(
            PackPicker.Pick(Packs, some, new Random(1)).ToHashSet(), PackPicker.Pick(Packs, some, new Random(2)).ToHashSet());
    }

    [Fact]
    public void Of_nothing_nothing_is_picked()
    {
        Assert.Empty(PackPicker.Pick([], PackSelection.OfPercentage(50), new Random(1)));
        Assert.Empty(PackPicker.Pick([], PackSelection.OfSize(50), new Random(1)));
    }

    private static List<(PackId Pack, long Size)> Pick(PackSelection selection) =>
        PackPicker.Pick(Packs, selection, new Random(1));
}
