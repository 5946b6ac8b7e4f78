using System.Security.Cryptography;
using Backup.Engine;
using Backup.Engine.Chunking;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>What is done to every byte that is read: finding cuts and hashing, for 64 MiB; beside copying them.</summary>
[InProcess]
[MemoryDiagnoser]
public class ChunkingBenchmarks
{
    private const int Length = 64 * 1024 * 1024;

    private readonly byte[] _content = RandomNumberGenerator.GetBytes(Length);
    private readonly byte[] _copy = new byte[Length];
    private readonly Chunker _chunker = new(new ChunkerPolynomial(0x3DA3358B4DC173));

    [Benchmark(Baseline = true, Description = "yardstick: copy")]
    public void Copy() => _content.CopyTo(_copy, 0);

    [Benchmark(Description = "find the cuts")]
    public int Cut()
    {
        _chunker.Reset();
        int chunks = 0;
        for (ReadOnlySpan<byte> rest = _content; !rest.IsEmpty; chunks++)
        {
            int cut = _chunker.FindCut(rest);
            rest = cut < 0 ? default : rest[cut..];
        }

        return chunks;
    }

    [Benchmark(Description = "yardstick: raw SHA-256")]
    public byte[] Hash() => SHA256.HashData(_content);

    [Benchmark(Description = "ids of 1 MiB blobs")]
    public BlobId Ids()
    {
        BlobId last = default;
        for (int i = 0; i < Length; i += 1 << 20)
        {
            last = BlobId.Of(_content.AsSpan(i, 1 << 20));
        }

        return last;
    }
}
