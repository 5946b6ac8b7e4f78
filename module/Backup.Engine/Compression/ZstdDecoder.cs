using Backup.Engine.Buffers;

namespace Backup.Engine.Compression;

/// <summary>Decompresses zstd frames, with the system's libzstd or without. Not thread-safe: one per thread, reused.</summary>
internal sealed unsafe class ZstdDecoder : IDisposable
{
    /// <summary>Where the content's length isn't known, frames that need a larger window are refused.</summary>
    public const int MaxWindowLength = 1 << 27;

    private readonly ZstdLibrary? _library;
    private readonly ManagedZstdDecoder? _managed;
    private nint _context;

    /// <summary>Decodes with libzstd if there is one.</summary>
    public ZstdDecoder()
        : this(useLibrary: true)
    {
    }

    /// <summary>Decodes with libzstd if there is one, or without it in any case.</summary>
    public ZstdDecoder(bool useLibrary)
    {
        _library = useLibrary ? ZstdLibrary.Instance : null;
        if (_library is null)
        {
            _managed = new ManagedZstdDecoder();
            return;
        }

        _context = _library.CreateDecoder();
        if (_context == 0)
        {
            throw new InsufficientMemoryException("libzstd has no memory for a decoder.");
        }
    }

    /// <summary>Frees the context.</summary>
    ~ZstdDecoder() => Free();

    /// <summary>Reads how many bytes a frame says it holds.</summary>
    /// <returns>False if it doesn't say, or is no frame.</returns>
    public static bool TryReadContentLength(ReadOnlySpan<byte> frame, out long length)
    {
        bool parsed = ZstdFrameHeader.TryParse(frame, out ZstdFrameHeader header) && header.ContentLength >= 0;
        length = parsed ? header.ContentLength : 0;
        return parsed;
    }

    /// <summary>Decompresses frames that hold exactly as many bytes as there is room for.</summary>
    /// <exception cref="InvalidDataException">These are no frames, they are damaged, or hold more or less.</exception>
    public void Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int length = DecodeInto(source, destination);
        if (length != destination.Length)
        {
            throw ZstdFault.Because($"they hold {length:N0} bytes, not {destination.Length:N0}");
        }
    }

    /// <summary>Decompresses frames whose content's length isn't known.</summary>
    /// <param name="source">One or more whole frames.</param>
    /// <param name="maxLength">Frames that hold more are refused; no more memory is taken.</param>
    /// <returns>The content; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">These are no frames, they are damaged, or hold too much.</exception>
    public PooledBuffer Decode(ReadOnlySpan<byte> source, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        long claimed = ZstdFrames.MaxContentLength(source, MaxWindowLength);
        PooledBuffer room = PooledBuffer.Rent((int)Math.Min(maxLength, claimed));
        try
        {
            room.Truncate(DecodeInto(source, room.Span));
            PooledBuffer content = room;
            room = null!; // given away
            return content;
        }
        finally
        {
            room?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private int DecodeInto(ReadOnlySpan<byte> source, Span<byte> room)
    {
        if (source.IsEmpty)
        {
            throw ZstdFault.Because("there are none");
        }

        if (_managed is not null)
        {
            return _managed.Decode(source, room);
        }

        // Without the managed decoder there is the library.
        ObjectDisposedException.ThrowIf(_context == 0, this);
        nuint result;
        fixed (byte* from = source)
        fixed (byte* to = room)
        {
            result = _library!.Decode(_context, to, (nuint)room.Length, from, (nuint)source.Length);
        }

        GC.KeepAlive(this);
        return _library.ErrorOf(result) is { } error ? throw ZstdFault.Because(error) : (int)result;
    }

    private void Free()
    {
        if (_context != 0 && _library is not null)
        {
            _library.FreeDecoder(_context);
            _context = 0;
        }
    }
}
