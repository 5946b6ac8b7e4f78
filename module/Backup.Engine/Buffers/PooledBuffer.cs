using System.Buffers;

namespace Backup.Engine.Buffers;

/// <summary>Bytes from the array pool with exactly one owner. The only type that touches <see cref="ArrayPool{T}"/>.</summary>
internal sealed class PooledBuffer : IDisposable
{
    private byte[]? _array;

    private PooledBuffer(byte[] array, int length)
    {
        _array = array;
        Length = length;
    }

    /// <summary>How many bytes there are. The array behind may be longer.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes, lent.</summary>
    public Span<byte> Span => Array.AsSpan(0, Length);

    /// <summary>The bytes, lent.</summary>
    public Memory<byte> Memory => Array.AsMemory(0, Length);

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(PooledBuffer));

    /// <summary>Rents <paramref name="length"/> bytes of undefined content. Room is rounded up to a power of two.</summary>
    public static PooledBuffer Rent(int length) =>
#pragma warning disable RS0030 // Here is the one place that may.
        new(length > LargeArrays.Threshold ? LargeArrays.Rent(length) : ArrayPool<byte>.Shared.Rent(length), length);
#pragma warning restore RS0030

    /// <summary>Keeps the first <paramref name="length"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than there are.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Gives the array back, once.</summary>
    public void Dispose()
    {
        byte[]? array = Interlocked.Exchange(ref _array, null);
        if (array is null)
        {
            return;
        }

        if (array.Length > LargeArrays.Threshold)
        {
            LargeArrays.Return(array);
        }
        else
        {
#pragma warning disable RS0030
            ArrayPool<byte>.Shared.Return(array);
#pragma warning restore RS0030
        }
    }
}
