namespace Backup.Engine.Chunking;

/// <summary>Finds where content-defined chunks end. Not thread-safe: one per reader.</summary>
/// <remarks>
/// Format: restic design document, «Content Defined Chunking». From <see cref="MinLength"/> on, whether a place is a cut
/// depends on the 64 bytes before it alone, so the first bytes of a chunk aren't looked at, and many places can be tried at
/// once.
/// </remarks>
internal sealed class Chunker
{
    /// <summary>No chunk is shorter, except the last one of a file.</summary>
    public const int MinLength = 512 * 1024;

    /// <summary>No chunk is longer.</summary>
    public const int MaxLength = 8 * 1024 * 1024;

    /// <summary>How many bytes before a place decide whether to cut there.</summary>
    public const int WindowLength = 64;

    /// <summary>A cut is where this many of the fingerprint's low bits are zero: about one place in 2^20.</summary>
    public const int AverageBits = 20;

    private readonly RabinTables _tables;

    // The chunk's last bytes up to here, as many as there are up to 64, right-aligned.
    private readonly byte[] _tail = new byte[WindowLength];

    // How many bytes the chunk has up to here.
    private int _length;

    /// <summary>Starts at the beginning of a file.</summary>
    /// <exception cref="RepositoryDamagedException">No chunks can be cut with this polynomial.</exception>
    public Chunker(ChunkerPolynomial polynomial)
    {
        _tables = RabinTables.Of(polynomial);
    }

    /// <summary>Looks at the next bytes of the file.</summary>
    /// <param name="bytes">Any number of bytes, in file order, each passed once; those behind a cut are passed again.</param>
    /// <returns>How many of them end the chunk (1 … length), or -1 if it goes on after them.</returns>
    public int FindCut(ReadOnlySpan<byte> bytes)
    {
        int last = Math.Min(bytes.Length, MaxLength - _length);
        int cut = FindContentCut(bytes[..last]);
        if (cut < 0 && _length + last == MaxLength)
        {
            cut = last;
        }

        if (cut >= 0)
        {
            Reset();
            return cut;
        }

        KeepTail(bytes);
        _length += bytes.Length;
        return -1;
    }

    /// <summary>Forgets the chunk so far: the next bytes begin a new one.</summary>
    public void Reset() => _length = 0;

    private int FindContentCut(ReadOnlySpan<byte> bytes)
    {
        int first = Math.Max(1, MinLength - _length);
        if (first > bytes.Length)
        {
            return -1;
        }

        if (first < WindowLength)
        {
            // The first windows begin in earlier bytes.
            Span<byte> seam = stackalloc byte[2 * WindowLength];
            _tail.CopyTo(seam);
            int fresh = Math.Min(bytes.Length, WindowLength - 1);
            bytes[..fresh].CopyTo(seam[WindowLength..]);
            int cut = RabinScanner.FindCut(_tables, seam[first..(WindowLength + fresh)]);
            if (cut >= 0)
            {
                return first + cut - WindowLength;
            }

            first = WindowLength;
        }

        if (first > bytes.Length)
        {
            return -1;
        }

        int found = RabinScanner.FindCut(_tables, bytes[(first - WindowLength)..]);
        return found < 0 ? -1 : first + found - WindowLength;
    }

    private void KeepTail(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < WindowLength)
        {
            _tail.AsSpan(bytes.Length).CopyTo(_tail);
            bytes.CopyTo(_tail.AsSpan(WindowLength - bytes.Length));
        }
        else
        {
            bytes[^WindowLength..].CopyTo(_tail);
        }
    }
}
