namespace Backup.Engine.Tests.Interop;

/// <summary>What one backup stored in several repositories restic reads in each.</summary>
public sealed class SeveralRepositoriesInteropTests
{
    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_restores_it_from_each(string version)
    {
        using var folder = new TempFolder();
        byte[] content = new byte[3_000_000];
        new Random(5).NextBytes(content);
        folder.WriteFile("source/large", content);
        folder.WriteFile("source/sub/small", "text");
        var theirs = new Restic(folder.Combine("theirs"), version);
        var ours = new Restic(folder.Combine("ours"), version);
        theirs.Init();
        await using Repository first = await Repository.OpenAsync(new OwnEngine(theirs.Repository).Options, CancellationToken.None);
        await using Repository second = await Repository.CreateAsync(
            new OwnEngine(ours.Repository).Options with { ChunkerPolynomial = first.Config.ChunkerPolynomial, Version = 1 }, CancellationToken.None);
        var options = new BackupOptions
        {
            Source = Repository.CreateSource(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = folder.Combine("source") }),
        };

        IReadOnlyList<BackupTargetResult> results = await Repository.BackupAsync([first, second], options, null, CancellationToken.None);

        Assert.All(results, result => Assert.Null(result.Error));
        foreach (Restic restic in new[] { theirs, ours })
        {
            restic.Check(readData: true);
            string id = Assert.Single(restic.Snapshots()).Id;
            string target = folder.Combine($"restored from {Path.GetFileName(restic.Repository)}");
            restic.Restore(id, target);
            Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(target, "large")));
            Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(target, "sub", "small")));
        }

        Assert.Equal(theirs.Snapshots()[0].Tree, ours.Snapshots()[0].Tree);
    }
}
