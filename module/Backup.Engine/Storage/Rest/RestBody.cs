using System.Net.Http.Headers;

namespace Backup.Engine.Storage.Rest;

/// <summary>Reads the bytes of a file out of an answer, and makes sure that they are all there.</summary>
internal static class RestBody
{
    private const int PieceInBytes = 64 * 1024;

    /// <summary>Reads a whole file.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="file">Which file it is.</param>
    /// <param name="maxLength">More bytes are refused.</param>
    /// <param name="guard">Watches.</param>
    public static async Task<byte[]> ReadAllAsync(HttpResponseMessage response, FileHandle file, int maxLength, StallGuard guard)
    {
        Stream body = await response.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
        if (response.Content.Headers.ContentLength is { } length)
        {
            BackendErrors.ThrowIfLonger(file, length, maxLength);
            byte[] content = GC.AllocateUninitializedArray<byte>((int)length);
            await ReadExactlyAsync(body, content, guard).ConfigureAwait(false);
            await ReadEndAsync(body, guard).ConfigureAwait(false);
            return content;
        }

        using var collected = new MemoryStream();
        byte[] piece = new byte[PieceInBytes];
        while (await body.ReadAsync(piece, guard.Token).ConfigureAwait(false) is int read and > 0)
        {
            guard.Moved();
            collected.Write(piece, 0, read);
            BackendErrors.ThrowIfLonger(file, collected.Length, maxLength);
        }

        return collected.ToArray();
    }

    /// <summary>Reads a part out of an answer that has just that part.</summary>
    /// <returns>False if it is another part, or not all of it: servers say strange things about parts that are not there.</returns>
    public static async Task<bool> TryReadRangeAsync(HttpResponseMessage response, long offset, Memory<byte> destination, StallGuard guard)
    {
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        if (range?.From != offset || range.To != offset + destination.Length - 1)
        {
            return false;
        }

        Stream body = await response.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
        try
        {
            await ReadExactlyAsync(body, destination, guard).ConfigureAwait(false);
        }
        catch (EndOfStreamException)
        {
            return false; // the caller finds out why
        }

        await ReadEndAsync(body, guard).ConfigureAwait(false);
        return true;
    }

    /// <summary>Reads a part out of an answer that has the whole file: from a server that knows no parts.</summary>
    /// <returns>False if the file ends before the part does.</returns>
    public static async Task<bool> TryReadFromWholeAsync(HttpResponseMessage response, long offset, Memory<byte> destination, StallGuard guard)
    {
        if (response.Content.Headers.ContentLength - destination.Length < offset)
        {
            return false;
        }

        Stream body = await response.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
        byte[] passed = new byte[PieceInBytes];
        for (long left = offset; left > 0;)
        {
            int length = (int)Math.Min(left, passed.Length);
            await ReadExactlyAsync(body, passed.AsMemory(0, length), guard).ConfigureAwait(false);
            left -= length;
        }

        await ReadExactlyAsync(body, destination, guard).ConfigureAwait(false);
        return true;
    }

    private static async Task ReadExactlyAsync(Stream body, Memory<byte> destination, StallGuard guard)
    {
        while (!destination.IsEmpty)
        {
            int read = await body.ReadAsync(destination, guard.Token).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException("The answer ended before the file did.");
            }

            guard.Moved();
            destination = destination[read..];
        }
    }

    /// <summary>
    /// There must be no more. Also, an answer of HTTP/2 that nobody read to its end is cut off, which rclone complains about.
    /// </summary>
    private static async Task ReadEndAsync(Stream body, StallGuard guard)
    {
        if (await body.ReadAsync(new byte[1], guard.Token).ConfigureAwait(false) != 0)
        {
            throw new IOException("The answer is longer than it should be.");
        }
    }
}
