using Backup.Engine.Tests.Interop;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Maintenance.Pruning;

/// <summary>What restic made is pruned by us and by restic: nobody leaves more, and restic finds our result sound.</summary>
public sealed class PruneInteropTests
{
    private const long MiB = 1024 * 1024;

    public static TheoryData<string> Versions => Restic.Versions;

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Versions))]
    public async Task We_leave_no_more_than_restic_does(string version)
    {
        using var folder = new TempFolder();
        var restic = new Restic(folder.Combine("repository"), version);
        restic.Init();
        TreeSnapshot last = FillAndForget(restic, folder);
        Copy(folder, "repository", "pruned by restic");
        new Restic(folder.Combine("pruned by restic"), version).Run("prune", "--max-unused", "0");

        PruneResult result = await PruneAsync(folder.Combine("repository"), new PruneOptions { MaxUnused = UnusedLimit.OfSize(0) });

        Assert.True(result.Bytes.RemoveTotal > MiB);
        restic.Check(readData: true);
        long theirs = SizeOfPacks(folder.Combine("pruned by restic"));
        Assert.InRange(SizeOfPacks(folder.Combine("repository")), theirs - theirs / 20, theirs + theirs / 100);
        restic.Restore("latest", folder.Combine("restored"));
        Assert.Empty(TreeComparer.Differences(last, folder.Combine("restored") + folder.Combine("source"), TreeAspects.None));
        Assert.DoesNotContain("to repack: ", NothingLeftFor(restic), StringComparison.Ordinal);
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Versions))]
    public async Task Restic_works_with_packs_that_are_marked(string version)
    {
        using var folder = new TempFolder();
        var restic = new Restic(folder.Combine("repository"), version);
        restic.Init();
        FillAndForget(restic, folder);
        string location = folder.Combine("repository");
        var twoPhase = new PruneOptions { MaxUnused = UnusedLimit.OfSize(0), TwoPhase = true, RepackSmallerThan = 1 };

        PruneResult marked = await PruneAsync(location, twoPhase);

        Assert.True(marked.Marks.WaitingBytes > MiB);
        restic.Check(readData: true);
        folder.WriteFile("source/new", [1, 2, 3]);
        restic.Backup(folder.Combine("source"));
        Assert.Equal(marked.Marks.WaitingPacks, (await PruneAsync(location, twoPhase)).Marks.WaitingPacks); // the day is not over
        long before = SizeOfPacks(location);
        restic.Run("prune");
        Assert.True(SizeOfPacks(location) < before - MiB); // which removes them at once
        Assert.Equal(0, (await PruneAsync(location, twoPhase)).Marks.WaitingPacks);
        restic.Check(readData: true);
    }

    [FactIfOnPath("restic")]
    public async Task By_default_we_decide_as_restic_does()
    {
        using var folder = new TempFolder();
        var restic = new Restic(folder.Combine("repository"));
        restic.Init();
        FillAndForget(restic, folder);

        PruneResult plan = await PruneAsync(folder.Combine("repository"), new PruneOptions { DryRun = true });

        string[] lines = restic.Run("prune", "--dry-run", "-v").Split('\n');
        Assert.Equal(NumberIn(lines, "used:"), plan.Blobs.Used);
        Assert.Equal(NumberIn(lines, "unused:"), plan.Blobs.Unused);
        Assert.Equal(NumberIn(lines, "to repack:"), plan.Blobs.Repack);
        Assert.Equal(NumberIn(lines, "this removes:"), plan.Blobs.RepackRemove);
        Assert.Equal(NumberIn(lines, "to delete:"), plan.Blobs.Remove);
    }

    [FactIfOnPath("restic")]
    public async Task What_was_stored_before_compression_gets_compressed()
    {
        using var folder = new TempFolder();
        var restic = new Restic(folder.Combine("repository"));
        restic.Init(version: 1);
        folder.WriteFile("source/a", new byte[300_000]);
        restic.Backup(folder.Combine("source"));
        restic.Run("migrate", "upgrade_repo_v2");

        PruneResult result = await PruneAsync(folder.Combine("repository"), new PruneOptions { RepackUncompressed = true });

        Assert.Equal(0, result.UncompressedBytes);
        Assert.True(SizeOfPacks(folder.Combine("repository")) < 10_000);
        restic.Check(readData: true);
    }

    private static async Task<PruneResult> PruneAsync(string location, PruneOptions options)
    {
        RepositoryOptions opening = new OwnEngine(location) { PackSizeInBytes = 4 * 1024 * 1024 }.Options;
        await using Repository repository = await Repository.OpenAsync(opening, CancellationToken.None);
        return await repository.PruneAsync(options, null, CancellationToken.None);
    }

    /// <summary>Several backups of files that come, change and go, of which the last two stay.</summary>
    private static TreeSnapshot FillAndForget(Restic restic, TempFolder folder)
    {
        var random = new Random(5);
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 30; j++)
            {
                byte[] content = new byte[random.Next(4) == 0 ? random.Next(1_500_000) : random.Next(2_000)];
                random.NextBytes(content);
                folder.WriteFile($"source/{random.Next(20)}/{random.Next(3)}", content);
            }

            restic.Backup("--pack-size", "4", folder.Combine("source"));
        }

        restic.Run("forget", "--keep-last", "2");
        return TreeSnapshot.Of(folder.Combine("source"));
    }

    /// <summary>What restic would still do.</summary>
    private static string NothingLeftFor(Restic restic)
    {
        string output = restic.Run("prune", "--dry-run", "-v", "--max-unused", "0", "--pack-size", "4");
        string line = output.Split('\n').Single(line => line.StartsWith("total prune:", StringComparison.Ordinal));
        Assert.Contains(" 0 blobs", line, StringComparison.Ordinal);
        return line;
    }

    private static long NumberIn(string[] lines, string title) =>
        long.Parse(
            lines.First(line => line.StartsWith(title, StringComparison.Ordinal))[title.Length..].Trim().Split(' ')[0],
            System.Globalization.CultureInfo.InvariantCulture);

    private static long SizeOfPacks(string location) =>
        new DirectoryInfo(Path.Combine(location, "data")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static void Copy(TempFolder folder, string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(folder.Combine(from), "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(folder.Combine(to), Path.GetRelativePath(folder.Combine(from), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!); // it is no root
            File.Copy(file, target);
        }
    }
}
