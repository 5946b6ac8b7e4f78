using Backup.Engine.Buffers;

namespace Backup.Engine.Compression;

/// <summary>Decompresses zstd frames, with the system's libzstd or without. Not thread-safe: one per thread, reused.</summary>
internal sealed unsafe class ZstdDecoder : IDisposable
{
    /// <summary>Frames that need a larger window are refused.</summary>
    public const int MaxWindowLength = 1 << MaxWindowLog;

    private const int MaxWindowLog = 27;
    private const int FirstRoom = 64 * 1024;

    private readonly ZstdLibrary _library;
    private nint _context;

    public ZstdDecoder()
    {
        _library = ZstdLibrary.Instance ?? throw new NotSupportedException();
        _context = _library.CreateDecoder();
        if (_context == 0)
        {
            throw new InsufficientMemoryException("libzstd has no memory for a decoder.");
        }

        _library.SetDecoder(_context, ZstdLibrary.ParameterWindowLogMax, MaxWindowLog);
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
        ObjectDisposedException.ThrowIf(_context == 0, this);
        if (source.IsEmpty)
        {
            throw new InvalidDataException("There are no compressed bytes.");
        }

        nuint result;
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            result = _library.Decode(_context, to, (nuint)destination.Length, from, (nuint)source.Length);
        }

        GC.KeepAlive(this);
        if (_library.ErrorOf(result) is { } error)
        {
            throw new InvalidDataException($"The compressed bytes can't be decompressed: {error}.");
        }

        if (result != (nuint)destination.Length)
        {
            throw new InvalidDataException($"The compressed bytes hold {result:N0} bytes, not {destination.Length:N0}.");
        }
    }

    /// <summary>Decompresses frames whose content's length isn't known.</summary>
    /// <param name="source">One or more whole frames.</param>
    /// <param name="maxLength">Frames that hold more are refused before more memory is taken.</param>
    /// <exception cref="InvalidDataException">These are no frames, they are damaged, or hold too much.</exception>
    public byte[] Decode(ReadOnlySpan<byte> source, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        ObjectDisposedException.ThrowIf(_context == 0, this);

        // Room for one byte more than allowed: full means too much, and just enough is not full.
        int maxRoom = (int)Math.Min(maxLength + 1L, Array.MaxLength);
        PooledBuffer room = PooledBuffer.Rent(FirstRoomFor(source, maxRoom));
        try
        {
            _library.ResetDecoder(_context, ZstdLibrary.ResetSession);
            int read = 0;
            int written = 0;
            while (DecodeMore(source, ref read, room.Span, ref written))
            {
                room = Grow(room, maxRoom);
            }

            return room.Span[..written].ToArray();
        }
        finally
        {
            room.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    // A frame's own word is taken only as far as its size makes it likely.
    private static int FirstRoomFor(ReadOnlySpan<byte> source, int maxRoom)
    {
        long claimed = TryReadContentLength(source, out long length) && length < int.MaxValue ? length + 1 : FirstRoom;
        return (int)Math.Min(maxRoom, Math.Min(claimed, FirstRoom + (16L * source.Length)));
    }

    private static PooledBuffer Grow(PooledBuffer full, int maxRoom)
    {
        if (full.Length == maxRoom)
        {
            throw new InvalidDataException($"The compressed bytes hold more than the {maxRoom - 1:N0} bytes that are allowed.");
        }

        PooledBuffer larger = PooledBuffer.Rent((int)Math.Min(maxRoom, 2L * full.Length));
        full.Span.CopyTo(larger.Span);
        full.Dispose();
        return larger;
    }

    /// <summary>Decompresses until the frames end (false) or the room is full (true).</summary>
    private bool DecodeMore(ReadOnlySpan<byte> source, ref int read, Span<byte> room, ref int written)
    {
        fixed (byte* from = source)
        fixed (byte* to = room)
        {
            var input = new ZstdBuffer { Start = from, Length = (nuint)source.Length, Position = (nuint)read };
            var output = new ZstdBuffer { Start = to, Length = (nuint)room.Length, Position = (nuint)written };
            while (true)
            {
                (nuint readBefore, nuint writtenBefore) = (input.Position, output.Position);
                nuint result = _library.DecodeStream(_context, &output, &input);
                if (_library.ErrorOf(result) is { } error)
                {
                    throw new InvalidDataException($"The compressed bytes can't be decompressed: {error}.");
                }

                (read, written) = ((int)input.Position, (int)output.Position);
                if (result == 0 && read == source.Length)
                {
                    return false;
                }

                if (written == room.Length)
                {
                    return true;
                }

                if (input.Position == readBefore && output.Position == writtenBefore)
                {
                    throw new InvalidDataException("The compressed bytes are cut short.");
                }
            }
        }
    }

    private void Free()
    {
        if (_context != 0)
        {
            _library.FreeDecoder(_context);
            _context = 0;
        }
    }
}
