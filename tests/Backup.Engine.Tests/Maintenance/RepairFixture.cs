using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Hostile;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>A small repository with two snapshots, whose files can be damaged one by one.</summary>
internal sealed class RepairFixture
{
    private static readonly CancellationToken None = CancellationToken.None;

    private RepairFixture(RepositoryImage image, List<SnapshotContent> contents) => (Image, Contents) = (image, contents);

    /// <summary>Its files.</summary>
    public RepositoryImage Image { get; }

    /// <summary>What is in its snapshots.</summary>
    public List<SnapshotContent> Contents { get; }

    public static async Task<RepairFixture> MakeAsync()
    {
        var backend = new MemoryBackend();
        await (await Repository.CreateAsync(RepositoryImage.OptionsFor(backend), None)).DisposeAsync();
        var source = new MemorySource();
        var random = new Random(7);
        Fill(source, random, "a");
        await BackupAsync(backend, source);
        Fill(source, random, "b/deep/er");
        await BackupAsync(backend, source);
        RepositoryImage image = await RepositoryImage.OfAsync(backend);
        return new RepairFixture(image, await SnapshotContent.OfAllAsync(await image.ToBackendAsync()));
    }

    /// <summary>A file's content after it was damaged; null: there is none.</summary>
    public static byte[]? Damaged(byte[] sound, FileDamage damage)
    {
        byte[] flipped = [.. sound];
        switch (damage)
        {
            case FileDamage.Removed:
                return null;
            case FileDamage.Truncated:
                return sound[..(sound.Length / 2)];
            case FileDamage.Emptied:
                return [];
            case FileDamage.Flipped:
                flipped[flipped.Length / 2] ^= 1;
                return flipped;
            default:
                flipped[^6] ^= 1; // in a pack: its header
                return flipped;
        }
    }

    /// <summary>The blobs that damage to a pack takes away.</summary>
    public async Task<HashSet<(BlobType, BlobId)>> LostAsync(FileHandle pack, FileDamage damage)
    {
        int size = Image[pack].Length;
        IReadOnlyList<PackedBlob> blobs = await BlobsOfAsync(pack);
        return
        [
            .. blobs.Where(blob => damage switch
            {
                FileDamage.Removed or FileDamage.Emptied => true,
                FileDamage.Truncated => blob.Offset + blob.Length > size / 2,
                FileDamage.Flipped => blob.Offset <= size / 2 && size / 2 < blob.Offset + blob.Length,
                _ => false,
            }).Select(blob => (blob.Type, blob.Id)),
        ];
    }

    private async Task<IReadOnlyList<PackedBlob>> BlobsOfAsync(FileHandle pack)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(
            RepositoryImage.OptionsFor(await Image.ToBackendAsync()), None);
        await opened.LoadIndexAsync(None);
        Assert.True(opened.Index.TryFindPack(new PackId(pack.Name), out IndexedPack? found));
        return found.Blobs;
    }

    /// <summary>The pack of a type with the most blobs.</summary>
    public async Task<FileHandle> PackOfAsync(BlobType type)
    {
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(
            RepositoryImage.OptionsFor(await Image.ToBackendAsync()), None);
        await opened.LoadIndexAsync(None);
        PackId pack = opened.Index.Packs().Where(pack => pack.Blobs[0].Type == type).MaxBy(pack => pack.Blobs.Count)!.Id;
        return new FileHandle(FileKind.Pack, pack.Hash);
    }

    /// <summary>Checks everything.</summary>
    public static Task<CheckReport> CheckAsync(Repository repository) =>
        repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, None);

    private static async Task BackupAsync(MemoryBackend backend, MemorySource source)
    {
        await using Repository repository = await Repository.OpenAsync(
            RepositoryImage.OptionsFor(new UndisposedBackend(backend)), None);
        await repository.BackupAsync(new BackupOptions { Source = source, Hostname = "host" }, null, None);
    }

    private static void Fill(MemorySource source, Random random, string folder)
    {
        for (int i = 0; i < 8; i++)
        {
            byte[] content = new byte[i == 0 ? 2_500_000 : random.Next(1, 20_000)];
            random.NextBytes(content);
            source.Add($"/{folder}/{i % 3}/{i}", content);
        }
    }
}
