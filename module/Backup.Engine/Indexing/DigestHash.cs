using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Backup.Engine.Indexing;

/// <summary>
/// Hashes ids with a secret of this process: whoever writes an index can choose ids, but not ones that collide here.
/// </summary>
internal sealed class DigestHash
{
    private readonly ulong _first;
    private readonly ulong _second;

    /// <summary>Draws the secret.</summary>
    public DigestHash()
    {
        Span<ulong> secret = stackalloc ulong[2];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(secret));
        (_first, _second) = (secret[0], secret[1]);
    }

    /// <summary>The hash of an id.</summary>
    public ulong Of(in Digest id)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<Digest, ulong>(new ReadOnlySpan<Digest>(in id));
        ulong high = Math.BigMul(words[0] ^ _first, words[1] ^ _second, out ulong low);
        return high ^ low;
    }
}
