namespace Backup.Engine.Tests.Interop;

/// <summary>A repository that restic made is damaged, and repaired by us: restic finds nothing wrong with the result.</summary>
public sealed class RepairInteropTests
{
    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_checks_and_restores_what_we_repaired(string version)
    {
        using var folder = new TempFolder();
        var random = new Random(3);
        byte[] content = new byte[3_000_000];
        random.NextBytes(content);
        folder.WriteFile("source/first/large", content);
        folder.WriteFile("source/first/small", "some text");
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = folder.Combine("source") };
        restic.Init();
        restic.Backup("first");
        HashSet<string> before = [.. restic.List("packs")];
        folder.WriteFile("source/second/other", "other text");
        restic.Backup("second");
        foreach (string pack in before)
        {
            string path = folder.Combine($"repository/data/{pack[..2]}/{pack}");
            if (new FileInfo(path).Length > 1_000_000)
            {
                File.Delete(path); // the large file's data
            }
        }

        await using (Repository repository = await Repository.OpenAsync(new OwnEngine(folder.Combine("repository")).Options, CancellationToken.None))
        {
            await repository.RepairIndexAsync(new RepairIndexOptions(), null, CancellationToken.None);
            RepairSnapshotsSummary summary = await repository.RepairSnapshotsAsync(
                new RepairSnapshotsOptions { Forget = true }, null, CancellationToken.None);
            SnapshotRepair repair = Assert.Single(summary.Snapshots);
            Assert.Contains(repair.Losses, loss => loss.Path == "/first/large");
            Assert.All(repair.Losses, loss => Assert.StartsWith("/first/", loss.Path, StringComparison.Ordinal));
        }

        restic.Check(readData: true);
        restic.Restore(restic.Snapshots()[^1].Id, folder.Combine("restored"));
        Assert.Equal("other text", await File.ReadAllTextAsync(folder.Combine("restored/second/other")));
    }
}
