using Backup.Engine.Buffers;

namespace Backup.Engine.Tests.Buffers;

public sealed class LargeArraysTests
{
    [Fact]
    public void An_array_whose_memory_was_given_back_is_as_good_as_new()
    {
        byte[] array = new byte[20_000_000];
        byte[] before = [1, 2, 3];
        array.AsSpan().Fill(7);

        MemoryPages.Release(array);
        array.AsSpan().Fill(9);

        Assert.Equal(-1, array.AsSpan().IndexOfAnyExcept((byte)9));
        Assert.Equal([1, 2, 3], before);
    }

    [FactOnLinux]
    public void The_memory_behind_an_array_goes_back_to_the_system()
    {
        byte[] array = GC.AllocateUninitializedArray<byte>(64 * 1024 * 1024);
        array.AsSpan().Fill(7);

        MemoryPages.Release(array);

        // The system has forgotten the content: it gives zeros for pages that it took back.
        Assert.Equal(0, array[array.Length / 2]);
    }

    [Theory]
    [InlineData(5, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 9)] // a chunk of 8 MiB and what it becomes at worst
    [InlineData(10, 12)]
    [InlineData(24, 24)] // a pack of 16 MiB with room for one more chunk
    [InlineData(63, 64)]
    public void Large_arrays_are_little_longer_than_they_must_be(int mebibytes, int expected)
    {
        byte[] array = LargeArrays.Rent(mebibytes * 1024 * 1024);

        Assert.Equal(expected * 1024 * 1024, array.Length);
        LargeArrays.Return(array);
    }

    [Fact]
    public void Rented_arrays_are_long_enough_and_nobody_else_s() => PropertyCheck.Holds(random =>
    {
        var rented = new List<byte[]>();
        for (int i = 0; i < 12; i++)
        {
            int length = random.Next(LargeArrays.Threshold, 4_000_000);
            byte[] array = LargeArrays.Rent(length);
            Assert.True(array.Length >= length);
            Assert.DoesNotContain(rented, other => ReferenceEquals(other, array));
            rented.Add(array);
            if (random.Next(2) == 0)
            {
                LargeArrays.Return(rented[^1]);
                rented.RemoveAt(rented.Count - 1);
            }
        }

        rented.ForEach(LargeArrays.Return);
    });
}
