using Backup.Engine.Indexing;
using Backup.Engine.Json;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Maintenance.Pruning;

/// <summary>What index files mark stays marked, whoever wrote them and whatever is done to the repository.</summary>
public sealed class PackMarksTests
{
    [Fact]
    public async Task If_nobody_knows_who_was_at_work_then_any_lock_keeps_marked_packs()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        PruneResult first = await fixture.MarkAsync();
        await ReplaceIndexesAsync(fixture, contents =>
        {
            contents.ForEach(content => content.Holders = null); // as rustic, or a run that was killed between its marks
            return contents;
        });
        await using OpenedRepository other = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        await using (await other.LockAsync(LockKind.Shared, CancellationToken.None))
        {
            PruneResult blocked = await fixture.MarkAsync();

            Assert.Equal((0, first.Marks.WaitingPacks), (blocked.Marks.RemovedPacks, blocked.Marks.WaitingPacks));
        }

        Assert.Equal(first.Marks.WaitingPacks, (await fixture.MarkAsync()).Marks.RemovedPacks);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task Marks_in_an_index_that_also_lists_packs_outlive_it()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(4);
        await fixture.KeepLastAsync(2);
        await fixture.MarkAsync();
        await ReplaceIndexesAsync(fixture, Merge);
        List<MarkedPack> marked = await MarkedAsync(fixture);
        IndexContents merged = Assert.Single(await fixture.IndexesAsync());
        Assert.True(merged.PackCount > 0 && marked.Count > 0);
        await fixture.KeepLastAsync(1);

        await fixture.PruneAsync(options => PruneFixture.InTwoPhases(options) with { Grace = TimeSpan.FromDays(1) });

        Assert.DoesNotContain(await fixture.IndexesAsync(), index => index.PackCount == merged.PackCount); // it was written anew
        Assert.Subset((await MarkedAsync(fixture)).Select(pack => pack.Id).ToHashSet(), marked.Select(pack => pack.Id).ToHashSet());
        Assert.Superset(marked.Select(pack => new FileHandle(FileKind.Pack, pack.Id.Hash)).ToHashSet(), await fixture.FilesAsync());
        await fixture.IsSoundAsync();
        Assert.True((await fixture.MarkAsync()).Marks.RemovedPacks > marked.Count);
        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
    }

    [Fact]
    public async Task A_repair_of_the_index_forgets_no_marks()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        await fixture.MarkAsync();
        await ReplaceIndexesAsync(fixture, Merge);
        List<MarkedPack> marked = await MarkedAsync(fixture);

        await using (Repository repository = await fixture.OpenAsync())
        {
            await repository.RepairIndexAsync(new RepairIndexOptions { ReadAllPacks = true }, null, CancellationToken.None);
        }

        Assert.Equal(marked.Select(pack => (pack.Id, pack.Time, pack.Blobs.Count)), (await MarkedAsync(fixture)).Select(pack => (pack.Id, pack.Time, pack.Blobs.Count)));
        await fixture.IsSoundAsync();
        Assert.Equal(0, (await fixture.MarkAsync()).Marks.RemovedPacks); // the index has them again
        await fixture.IsSoundAsync();
        Assert.True((await fixture.MarkAsync()).Marks.RemovedPacks >= marked.Count);
        CheckReport report = await fixture.IsSoundAsync();
        Assert.Equal((0, 0), (report.UnusedBlobs, report.Hints));
    }

    [Fact]
    public async Task Snapshots_that_rely_on_what_is_marked_are_not_repaired_into_less()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(2);
        SnapshotId first = fixture.Snapshots[0];
        var file = new FileHandle(FileKind.Snapshot, first.Hash);
        byte[] saved = await fixture.Backend.LoadAsync(file, int.MaxValue, CancellationToken.None);
        await fixture.ForgetAsync(first);
        Assert.True((await fixture.MarkAsync()).Marks.WaitingPacks > 0);
        await fixture.Backend.SaveAsync(file, saved, CancellationToken.None); // as a backup would that was at work meanwhile
        fixture.Snapshots.Add(first);

        await using (Repository repository = await fixture.OpenAsync())
        {
            await Assert.ThrowsAsync<RepositoryDamagedException>(
                () => repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, CancellationToken.None));
        }

        Assert.True((await fixture.MarkAsync()).Marks.ReinstatedPacks > 0);
        await fixture.IsSoundAsync();
    }

    [Fact]
    public async Task What_is_copied_here_leaves_the_marks_as_they_are()
    {
        PruneFixture fixture = await PruneFixture.WithSnapshotsAsync(3);
        await fixture.KeepLastAsync(1);
        await fixture.MarkAsync();
        await ReplaceIndexesAsync(fixture, Merge);
        List<MarkedPack> marked = await MarkedAsync(fixture);
        PruneFixture other = await PruneFixture.WithSnapshotsAsync(2, seed: 2);

        await using (Repository source = await other.OpenAsync())
        {
            await using Repository repository = await fixture.OpenAsync();
            await repository.CopyFromAsync(source, new CopyOptions(), null, CancellationToken.None);
        }

        Assert.Equal(marked.Select(pack => pack.Id), (await MarkedAsync(fixture)).Select(pack => pack.Id));
        fixture.Snapshots.Clear();
        fixture.Snapshots.AddRange((await fixture.ListAsync(FileKind.Snapshot)).Select(file => new SnapshotId(file.Handle.Name)));
        Assert.Equal(3, fixture.Snapshots.Count);
        await fixture.IsSoundAsync();
    }

    /// <summary>One index file with everything, as rustic writes it.</summary>
    private static List<IndexContents> Merge(List<IndexContents> contents)
    {
        var merged = new IndexContents();
        foreach (IndexContents content in contents)
        {
            for (int i = 0; i < content.PackCount; i++)
            {
                merged.AddPack(content.PackAt(i));
                foreach (PackedBlob blob in content.BlobsAt(i))
                {
                    merged.AddBlob(in blob);
                }
            }

            merged.Marked.AddRange(content.Marked);
        }

        return [merged];
    }

    private static async Task ReplaceIndexesAsync(PruneFixture fixture, Func<List<IndexContents>, List<IndexContents>> change)
    {
        List<BackendFile> old = await fixture.ListAsync(FileKind.Index);
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(fixture.Options, CancellationToken.None);
        foreach (IndexContents contents in change(await fixture.IndexesAsync()))
        {
            var json = new GoJsonWriter();
            IndexDocument.Encode(contents, json);
            Digest name = await opened.SaveUnpackedAsync(FileKind.Index, json.Written.ToArray(), CancellationToken.None);
            old.RemoveAll(file => file.Handle.Name == name);
        }

        foreach (BackendFile file in old)
        {
            await fixture.Backend.DeleteAsync(file.Handle, CancellationToken.None);
        }
    }

    private static async Task<List<MarkedPack>> MarkedAsync(PruneFixture fixture) =>
        [.. (await fixture.IndexesAsync()).SelectMany(index => index.Marked).OrderBy(pack => pack.Id.Hash)];
}
