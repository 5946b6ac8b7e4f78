using System.Security.Cryptography;
using Backup.Engine;
using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using BenchmarkDotNet.Attributes;

namespace Backup.Benchmarks.Micro;

/// <summary>The index of a million blobs: a thousand lookups, and filling it; beside a dictionary.</summary>
[InProcess]
[MemoryDiagnoser]
public class IndexBenchmarks
{
    private const int Blobs = 1_000_000;
    private const int BlobsPerPack = 20;
    private const int Lookups = 1_000;

    private readonly BlobId[] _ids = [.. Enumerable.Range(0, Blobs).Select(IdOf)];
    private readonly BlobId[] _unknown = [.. Enumerable.Range(Blobs, Lookups).Select(IdOf)];
    private readonly BlobIndex _index;
    private readonly Dictionary<BlobId, PackedBlobLocation> _dictionary = [];

    public IndexBenchmarks()
    {
        _index = Fill();
        foreach (BlobId id in _ids)
        {
            _index.TryFind(BlobType.Data, id, out PackedBlobLocation location);
            _dictionary.Add(id, location);
        }
    }

    [Benchmark(Baseline = true, Description = "yardstick: dictionary, 1,000 known", OperationsPerInvoke = Lookups)]
    public int DictionaryKnown()
    {
        int found = 0;
        for (int i = 0; i < Lookups; i++)
        {
            found += _dictionary.TryGetValue(_ids[i * (Blobs / Lookups)], out _) ? 1 : 0;
        }

        return found;
    }

    [Benchmark(Description = "1,000 known", OperationsPerInvoke = Lookups)]
    public int Known()
    {
        int found = 0;
        for (int i = 0; i < Lookups; i++)
        {
            found += _index.TryFind(BlobType.Data, _ids[i * (Blobs / Lookups)], out _) ? 1 : 0;
        }

        return found;
    }

    [Benchmark(Description = "1,000 unknown", OperationsPerInvoke = Lookups)]
    public int Unknown()
    {
        int found = 0;
        foreach (BlobId id in _unknown)
        {
            found += _index.Contains(BlobType.Data, id) ? 1 : 0;
        }

        return found;
    }

    [Benchmark(Description = "insert, per blob", OperationsPerInvoke = Blobs)]
    public int Insert() => Fill().EntryCount;

    private static BlobId IdOf(int number) => new(new Digest(SHA256.HashData(BitConverter.GetBytes(number))));

    private BlobIndex Fill()
    {
        var index = new BlobIndex();
        var pack = new List<PackedBlob>(BlobsPerPack);
        for (int i = 0; i < Blobs; i += BlobsPerPack)
        {
            pack.Clear();
            for (int j = 0; j < BlobsPerPack; j++)
            {
                pack.Add(new PackedBlob(BlobType.Data, _ids[i + j], (uint)j * 1000, 1000, 3000));
            }

            index.AddPack(new PackId(_ids[i].Hash), pack);
        }

        return index;
    }
}
