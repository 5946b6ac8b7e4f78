using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class NameListTests
{
    [Fact]
    public void Names_are_ordered_by_their_bytes_and_each_is_there_once() => PropertyCheck.Holds(random =>
    {
        byte[][] names = [.. Enumerable.Range(0, random.Next(200)).Select(_ => RandomName(random))];
        var list = new NameList(random.Next(1, 100));
        foreach (byte[] name in names)
        {
            list.Add(name);
        }

        list.Sort();

        string[] sorted = [.. Enumerable.Range(0, list.Count).Select(i => Convert.ToHexString(list[i]))];
        Assert.Equal(names.Select(Convert.ToHexString).Distinct().Order(StringComparer.Ordinal), sorted);
    });

    [Fact]
    public void A_sorted_list_finds_its_names_and_no_others() => PropertyCheck.Holds(random =>
    {
        byte[][] names = [.. Enumerable.Range(0, random.Next(1, 100)).Select(_ => RandomName(random))];
        var list = new NameList();
        foreach (byte[] name in names)
        {
            list.Add(name);
        }

        list.Sort();
        byte[] other = RandomName(random);

        Assert.All(names, name => Assert.True(list.Contains(name)));
        Assert.Equal(names.Any(name => name.AsSpan().SequenceEqual(other)), list.Contains(other));
    });

    [Fact]
    public void A_zero_byte_follows_each_name()
    {
        var list = new NameList(1);
        list.Add("one"u8);
        list.Add("another"u8);

        list.Sort();

        for (int i = 0; i < list.Count; i++)
        {
            ref readonly byte start = ref list.Start(i);
            Assert.Equal(list[i][0], start);
            Assert.Equal(0, System.Runtime.CompilerServices.Unsafe.Add(ref System.Runtime.CompilerServices.Unsafe.AsRef(in start), list[i].Length));
        }
    }

    private static byte[] RandomName(Random random)
    {
        byte[] name = new byte[random.Next(1, 12)];
        for (int i = 0; i < name.Length; i++)
        {
            name[i] = (byte)(random.Next(3) == 0 ? random.Next(1, 256) : 'a'); // many share a long beginning
        }

        return name;
    }
}
