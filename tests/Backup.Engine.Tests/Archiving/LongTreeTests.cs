using System.Text;
using Backup.Engine.Repositories;
using Backup.Engine.Tests.Hostile;
using Backup.Engine.Trees;

namespace Backup.Engine.Tests.Archiving;

/// <summary>Folders whose tree is so long that it is stored in pieces, and read in pieces by the next backup.</summary>
public sealed class LongTreeTests
{
    private const int Files = 8_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_tree_of_a_huge_folder_is_read_like_any_other(int version)
    {
        await using var fixture = await MemoryRepository.CreateAsync(version);
        MemorySource source = Source();

        BackupSummary summary = await fixture.BackupAsync(source);

        await using OpenedRepository opened = await fixture.OpenAnewAsync();
        await opened.LoadIndexAsync(CancellationToken.None);
        BlobId tree = (await opened.LoadTreeAsync(summary.Tree, CancellationToken.None)).Single().Subtree!.Value;
        List<Node> nodes = await opened.LoadTreeAsync(tree, CancellationToken.None);
        Assert.Equal(Files, nodes.Count);
        Assert.Equal(tree, IdOf(nodes));
        IEnumerable<Node> streamed = await opened.LoadNodesAsync(tree, CancellationToken.None);
        Assert.Equal(version == 2, streamed is TreeNodes);
        Assert.Equal(tree, IdOf(streamed));
        Assert.Equal([0x39], await fixture.ReadAsync(summary.Snapshot!, "/folder/file0009"));
    }

    [Fact]
    public async Task What_is_unchanged_in_a_huge_folder_is_taken_from_the_parent()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        MemorySource source = Source();
        BackupSummary first = await fixture.BackupAsync(source);
        BackupSummary unchanged = await fixture.BackupAsync(source);
        source.Opened.Clear();
        source.Remove("/folder/file0001");
        source.Add("/folder/file4000", "changed"u8.ToArray(), seconds: 1_700_000_001);
        source.Add("/folder/file7999 and more", "new"u8.ToArray());

        BackupSummary changed = await fixture.BackupAsync(source);

        Assert.Equal(first.Tree, unchanged.Tree);
        Assert.Equal((0UL, 0UL, (ulong)Files), (unchanged.Counts.FilesNew, unchanged.Counts.FilesChanged, unchanged.Counts.FilesUnmodified));
        Assert.Equal(["/folder/file4000", "/folder/file7999 and more"], source.Opened.Order(StringComparer.Ordinal));
        Assert.Equal(
            (1UL, 1UL, (ulong)Files - 2), (changed.Counts.FilesNew, changed.Counts.FilesChanged, changed.Counts.FilesUnmodified));
    }

    [Fact]
    public async Task A_backup_that_is_cancelled_within_a_huge_folder_leaves_what_it_has_of_it()
    {
        await using var fixture = await MemoryRepository.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        MemorySource source = Source();
        source.OnWalk = path =>
        {
            if (path == $"/folder/file{Files - 1:0000}")
            {
                SpinWait.SpinUntil(() => source.Opened.Count >= 6_000, TimeSpan.FromSeconds(30));
                cancellation.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.BackupAsync(source, cancellationToken: cancellation.Token));
        int before = source.Opened.Count;
        source.Opened.Clear();
        source.OnWalk = null;

        BackupSummary second = await fixture.BackupAsync(source);

        Assert.InRange(source.Opened.Count, 1, Files - before + Environment.ProcessorCount + 2); // those that were being read
        Assert.Equal((ulong)Files, second.Counts.FilesNew);
        Assert.Equal([0x39], await fixture.ReadAsync(second.Snapshot!, "/folder/file0009"));
    }

    [Fact]
    public async Task A_tree_that_somebody_cut_anywhere_is_a_parent_all_the_same()
    {
        await using ForgedRepository forged = await ForgedRepository.CreateAsync();
        MemorySource source = Source();
        BlobId tree = await forged.AddAsync(BlobType.Tree, TreeOf(source), compress: true, pieceLength: 300_001);
        await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Directory("folder", tree)));
        await using Repository repository = await forged.OpenAsync();

        BackupSummary summary = await BackupAsync(repository, source);

        Assert.Empty(summary.Skipped);
        Assert.Equal((ulong)Files, summary.Counts.FilesUnmodified);
    }

    [Fact]
    public async Task Where_a_parent_s_long_tree_makes_no_sense_the_files_are_read()
    {
        await using ForgedRepository forged = await ForgedRepository.CreateAsync();
        MemorySource source = Source();
        byte[] json = TreeOf(source);
        int cut = json.AsSpan().LastIndexOf(",{\"name\":\"file5000\""u8);
        "nonsense"u8.CopyTo(json.AsSpan(json.AsSpan().IndexOf("\"file6000\""u8)));
        BlobId tree = await forged.AddAsync(BlobType.Tree, json, compress: true, pieceLength: cut);
        await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Directory("folder", tree)));
        await using Repository repository = await forged.OpenAsync();

        BackupSummary summary = await BackupAsync(repository, source);

        SkippedEntry skipped = Assert.Single(summary.Skipped);
        Assert.Equal(("/folder", SkipReason.ParentDamaged), (skipped.Path, skipped.Reason));
        Assert.Equal(5_000UL, summary.Counts.FilesUnmodified);
        Assert.Equal((ulong)Files - 5_000, (ulong)source.Opened.Count);
    }

    private static MemorySource Source()
    {
        var source = new MemorySource();
        for (int i = 0; i < Files; i++)
        {
            source.Add($"/folder/file{i:0000}", Encoding.UTF8.GetBytes($"{i}"));
        }

        return source;
    }

    /// <summary>The folder's tree as a backup would save it, were there no content: all files are empty in it.</summary>
    private static byte[] TreeOf(MemorySource source)
    {
        var encoder = new TreeEncoder();
        for (int i = 0; i < Files; i++)
        {
            encoder.Add(source.Add($"/folder/file{i:0000}", []).ToNode($"file{i:0000}") with { Content = [] });
        }

        return encoder.Finish().ToArray();
    }

    private static BlobId IdOf(IEnumerable<Node> nodes)
    {
        var encoder = new TreeEncoder();
        foreach (Node node in nodes)
        {
            encoder.Add(node);
        }

        return BlobId.Of(encoder.Finish().Span);
    }

    private static Task<BackupSummary> BackupAsync(Repository repository, MemorySource source) =>
        repository.BackupAsync(new BackupOptions { Source = source, Hostname = "host" }, null, CancellationToken.None);
}
