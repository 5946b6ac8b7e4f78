using System.Security.Cryptography;
using Backup.Engine;
using Backup.Engine.Trees;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>The tree of a folder of 1,000 files, beside copying its bytes.</summary>
[InProcess]
[MemoryDiagnoser]
public class TreeBenchmarks
{
    private const int Files = 1_000;

    private readonly Node[] _nodes = [.. Enumerable.Range(0, Files).Select(MakeNode)];
    private readonly TreeEncoder _encoder = new();
    private readonly byte[] _json;
    private readonly byte[] _copy;

    public TreeBenchmarks()
    {
        Encode();
        _json = _encoder.Finish().ToArray();
        _copy = new byte[_json.Length];
    }

    [Benchmark(Baseline = true, Description = "yardstick: copy")]
    public void Copy() => _json.CopyTo(_copy, 0);

    [Benchmark(Description = "encode")]
    public int Encode()
    {
        _encoder.Reset();
        foreach (Node node in _nodes)
        {
            _encoder.Add(node);
        }

        return _encoder.Finish().Length;
    }

    [Benchmark(Description = "decode")]
    public int Decode() => TreeDecoder.Decode(_json).Count;

    private static Node MakeNode(int number) => new()
    {
        Name = $"file {number:D4}.txt",
        Type = NodeType.File,
        Mode = 0x1A4,
        ModTime = new Timestamp(1_790_000_000 + number, 123_456_789, 0),
        AccessTime = new Timestamp(1_790_000_000 + number, 123_456_789, 0),
        ChangeTime = new Timestamp(1_790_000_001 + number, 987_654_321, 0),
        Uid = 1000,
        Gid = 1000,
        User = "user",
        Group = "user",
        Inode = 1_000_000 + (ulong)number,
        DeviceId = 64_512,
        Size = 4_000,
        Links = 1,
        Content = [new BlobId(new Digest(SHA256.HashData(BitConverter.GetBytes(number))))],
    };
}
