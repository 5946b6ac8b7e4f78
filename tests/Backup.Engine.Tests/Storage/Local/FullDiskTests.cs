using Backup.Engine.Storage.Local;

namespace Backup.Engine.Tests.Storage.Local;

public sealed class FullDiskTests
{
    private static readonly FileHandle Pack = new(FileKind.Pack, Digest.Parse(new string('7', 64)));

    [FactIfMountable]
    public async Task A_full_disk_has_its_own_error_and_keeps_no_piece_of_the_file()
    {
        using var disk = new SmallDisk(1 << 20);
        await using var backend = new LocalBackend(disk.FullName);
        await backend.CreateAsync(CancellationToken.None);

        StorageFullException error = await Assert.ThrowsAsync<StorageFullException>(
            () => backend.SaveAsync(Pack, new byte[2 << 20], CancellationToken.None));

        Assert.False(error.IsTransient);
        Assert.Empty(Directory.EnumerateFiles(disk.FullName, "*", SearchOption.AllDirectories));
        await backend.SaveAsync(Pack, new byte[1 << 19], CancellationToken.None);
        Assert.Equal(1 << 19, await backend.GetSizeAsync(Pack, CancellationToken.None));
    }

    [FactIfMountable]
    public async Task A_read_only_disk_denies_access()
    {
        using var disk = new SmallDisk(1 << 20);
        await using var backend = new LocalBackend(disk.FullName);
        await backend.CreateAsync(CancellationToken.None);
        await backend.SaveAsync(Pack, new byte[3], CancellationToken.None);
        disk.MakeReadOnly();

        await Assert.ThrowsAsync<BackendAccessDeniedException>(() => backend.SaveAsync(Pack with { Kind = FileKind.Index }, new byte[1], CancellationToken.None));
        await Assert.ThrowsAsync<BackendAccessDeniedException>(() => backend.DeleteAsync(Pack, CancellationToken.None));

        Assert.Equal(3, await backend.GetSizeAsync(Pack, CancellationToken.None));
    }
}
