using System.Globalization;
using System.Text;
using Backup.Engine;
using Backup.Engine.Compression;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>Compressing and decompressing 1 MiB that is half program, half log; beside copying it.</summary>
[InProcess]
[MemoryDiagnoser]
public class CompressionBenchmarks : IDisposable
{
    private const int Length = 1 << 20;

    private readonly byte[] _plaintext = Sample();
    private readonly byte[] _room = new byte[ZstdEncoder.MaxEncodedLength(Length)];
    private readonly byte[] _decoded = new byte[Length];
    private readonly byte[] _frame;
    private readonly ZstdEncoder _auto = new(CompressionLevel.Auto);
    private readonly ZstdEncoder _fastest = new(CompressionLevel.Fastest);
    private readonly ZstdDecoder _library = new();
    private readonly ZstdDecoder _managed = new(useLibrary: false);

    public CompressionBenchmarks() => _frame = _room[.._auto.Encode(_plaintext, _room)];

    [Benchmark(Baseline = true, Description = "yardstick: copy")]
    public void Copy() => _plaintext.CopyTo(_decoded, 0);

    [Benchmark(Description = "compress, auto")]
    public int Auto() => _auto.Encode(_plaintext, _room);

    [Benchmark(Description = "compress, fastest")]
    public int Fastest() => _fastest.Encode(_plaintext, _room);

    [Benchmark(Description = "decompress by libzstd")]
    public void Decompress() => _library.Decode(_frame, _decoded);

    [Benchmark(Description = "decompress without libzstd")]
    public void DecompressManaged() => _managed.Decode(_frame, _decoded);

    public void Dispose()
    {
        _auto.Dispose();
        _fastest.Dispose();
        _library.Dispose();
        _managed.Dispose();
        GC.SuppressFinalize(this);
    }

    private static byte[] Sample()
    {
        byte[] program = File.ReadAllBytes(typeof(object).Assembly.Location);
        var random = new Random(1);
        var log = new StringBuilder();
        while (log.Length < Length / 2)
        {
            log.Append(CultureInfo.InvariantCulture, $"request {random.Next(1_000_000)} took {random.Next(500)} ms\n");
        }

        return [.. program.AsSpan(program.Length / 2, Length / 2), .. Encoding.UTF8.GetBytes(log.ToString()).AsSpan(0, Length / 2)];
    }
}
