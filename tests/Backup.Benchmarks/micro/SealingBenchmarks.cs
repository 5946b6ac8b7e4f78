using System.Security.Cryptography;
using Backup.Engine.Crypto;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>Sealing and opening a blob of 1 MiB, beside copying it and beside AES alone.</summary>
[InProcess]
[MemoryDiagnoser]
public class SealingBenchmarks : IDisposable
{
    private const int Length = 1 << 20;

    private readonly byte[] _plaintext = RandomNumberGenerator.GetBytes(Length);
    private readonly byte[] _sealed = new byte[Length + BlobCipher.Overhead];
    private readonly byte[] _opened = new byte[Length];
    private readonly Aes _aes = Aes.Create();
    private readonly BlobCipher _cipher;

    public SealingBenchmarks()
    {
        using MasterKey key = MasterKey.Draw();
        _cipher = new BlobCipher(key);
        _cipher.Seal(_plaintext, _sealed);
    }

    [Benchmark(Baseline = true, Description = "yardstick: copy")]
    public void Copy() => _plaintext.CopyTo(_opened, 0);

    [Benchmark(Description = "yardstick: AES-256 blocks alone")]
    public int Blocks() => _aes.EncryptEcb(_plaintext, _opened, PaddingMode.None);

    [Benchmark(Description = "seal")]
    public void Seal() => _cipher.Seal(_plaintext, _sealed);

    [Benchmark(Description = "open")]
    public bool Open() => _cipher.TryOpen(_sealed, _opened);

    public void Dispose()
    {
        _aes.Dispose();
        _cipher.Dispose();
        GC.SuppressFinalize(this);
    }
}
