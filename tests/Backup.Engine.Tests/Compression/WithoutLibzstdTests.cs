using Backup.Engine.Tests.Crash;
using Backup.Engine.Tests.Interop;

namespace Backup.Engine.Tests.Compression;

/// <summary>A process that finds no libzstd: it says so once, stores uncompressed, and reads what is compressed.</summary>
public sealed class WithoutLibzstdTests
{
    [FactIfOnPath("restic")]
    public async Task A_backup_is_not_compressed_and_compressed_ones_are_read()
    {
        using var folder = new TempFolder();
        folder.WriteFile("source/file", new string('x', 300_000));
        var restic = new Restic(folder.Combine("repository"));
        restic.Init();
        restic.Backup("--compression", "max", folder.Combine("source"));

        folder.WriteFile("source/second", new string('y', 400_000));
        using Child child = await Child.StartAsync("without libzstd", restic.Repository, folder.Combine("source"));
        IReadOnlyList<string> lines = await child.ReadToEndAsync();

        Assert.Contains("libzstd", Assert.Single(lines, line => line.StartsWith("warning", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("healthy", lines);
        restic.Check(readData: true);
        long largest = Directory.GetFiles(folder.Combine("repository/data"), "*", SearchOption.AllDirectories).Max(path => new FileInfo(path).Length);
        Assert.True(largest > 400_000, $"the largest pack has {largest} bytes: it seems to be compressed");
        await new OwnEngine(restic.Repository).CheckAsync();
    }
}
