using Backup.Engine.Tests.Chunking;
using Backup.Engine.Tests.Compression;
using Backup.Engine.Tests.Crash;
using Backup.Engine.Tests.Crypto;
using Backup.Engine.Tests.Indexing;
using Backup.Engine.Tests.Trees;

namespace Backup.Engine.Tests.Interop;

/// <summary>
/// A processor without any of the instructions that fast paths use: what is cut, hashed, sealed, compressed and written there is
/// the same. Processes of their own run so, because the runtime decides it when it starts.
/// </summary>
public sealed class WithoutIntrinsicsTests
{
    private static readonly Dictionary<string, string?> Off = new() { ["DOTNET_EnableHWIntrinsic"] = "0" };

    [Fact]
    public Task The_laws_of_fast_paths_hold() => HoldAsync(
        nameof(ChunkerTests), nameof(RabinScannerTests), nameof(Poly1305Tests), nameof(ManagedZstdDecoderTests), nameof(DigestSlotsTests));

    [Fact]
    [Trait("Category", "Slow")]
    public Task The_laws_of_what_builds_on_them_hold() => HoldAsync(
        nameof(AesCounterModeTests), nameof(BlobCipherTests), nameof(ScryptTests), nameof(ZstdDecoderTests), nameof(TreeDecoderTests), nameof(TreeEncoderTests));

    [Fact]
    public async Task With_them_the_same_laws_try_the_fast_paths()
    {
        using Child child = await Child.StartAsync("laws");
        IReadOnlyList<string> lines = await child.ReadToEndAsync();

        bool expected = Engine.Chunking.LaneVector16.IsSupported || Engine.Chunking.LaneVector32.IsSupported;
        Assert.Contains($"lanes {expected}", lines);
    }

    [FactIfOnPath("restic")]
    public async Task A_backup_has_the_same_cuts_blobs_and_trees_and_restic_reads_it()
    {
        using var folder = new TempFolder();
        string files = MakeFiles(folder);
        var own = new OwnEngine(folder.Combine("repository")) { KeyCost = ChildWork.KeyCost, WorkingDirectory = files };
        await own.InitAsync();

        using (Child child = await Child.StartAsync(Off, "backup", folder.Combine("repository"), files))
        {
            await child.FinishAsync();
        }

        Snapshot without = Assert.Single(await own.SnapshotsAsync());
        BackupSummary with = await own.BackupAsync(options => options with { Type = BackupType.Full }, ".");
        Assert.Equal(without.Tree, with.Tree);
        Assert.Equal((0, 0), (with.Counts.DataBlobs, with.Counts.TreeBlobs)); // so all blobs have the same ids
        var restic = new Restic(folder.Combine("repository")) { WorkingDirectory = files };
        restic.Check(readData: true);
        Assert.Equal(without.Tree.ToString(), restic.TreeId(restic.Backup("--force", ".")));

        // Reading everything that restic and we have written, with the managed decoder.
        using Child reader = await Child.StartAsync(Off, "without libzstd", folder.Combine("repository"), files);
        Assert.Contains("healthy", await reader.ReadToEndAsync());
        Assert.All(await own.SnapshotsAsync(), snapshot => Assert.Equal(without.Tree, snapshot.Tree));
    }

    private static async Task HoldAsync(params string[] laws)
    {
        using Child child = await Child.StartAsync(Off, ["laws", .. laws]);
        IReadOnlyList<string> lines = await child.ReadToEndAsync();

        Assert.Contains("vectors False", lines);
        Assert.Contains("lanes False", lines);
        Assert.All(laws, law => Assert.Contains(lines, line => line.StartsWith($"held {law}.", StringComparison.Ordinal)));
    }

    /// <summary>Files of many cuts, of one, compressible and not, and holes; names that need escapes.</summary>
    private static string MakeFiles(TempFolder folder)
    {
        var random = new Random(7);
        byte[] noise = new byte[6_000_000];
        random.NextBytes(noise);
        folder.WriteFile("files/noise", noise);
        folder.WriteFile("files/zeros", new byte[3_000_000]);
        folder.WriteFile("files/text", string.Concat(Enumerable.Range(0, 200_000).Select(number => $"line {number} of {random.Next(50)}\n")));
        folder.WriteFile("files/empty", []);
        for (int i = 0; i < 50; i++)
        {
            folder.WriteFile($"files/{i % 7} ä«\"»/{i}", noise.AsSpan(i, random.Next(1, 50_000)).ToArray());
        }

        return folder.Combine("files");
    }
}
