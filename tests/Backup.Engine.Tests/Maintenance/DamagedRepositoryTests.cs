using Backup.Engine.Indexing;
using Backup.Engine.Json;
using Backup.Engine.Storage.Local;
using Backup.Engine.Storage.Memory;
using Backup.Engine.Tests.Browsing;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>Every kind of file of a repository that restic wrote, damaged in every way: what a check says.</summary>
[Collection(ResticRepository.Collection)]
public sealed class DamagedRepositoryTests(ResticRepository fixture) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly MemoryBackend _backend = fixture.Backend;

    /// <summary>Ways to damage a file.</summary>
    public enum Damage
    {
        Removed,
        Truncated,
        Emptied,
        Flipped,
        Swapped,
    }

    private Repository Repository => fixture.Repository;

    public Task InitializeAsync() => fixture.ResetAsync();

    public Task DisposeAsync() => fixture.ResetAsync();

    [FactIfOnPath("restic")]
    public async Task A_sound_repository_has_no_faults()
    {
        CheckReport report = await CheckAsync(readData: true);

        Assert.Empty(report.Problems);
        Assert.Equal((4, 4), (report.Snapshots, report.IndexFiles));
        Assert.Equal(fixture.Restic.List("packs").Count, report.PacksRead);
        Assert.Equal(report.Packs, report.PacksRead);
        Assert.Equal(0, report.UnusedBlobs);
        Assert.True(report.Trees > 100 && report.Blobs > report.Trees && report.BytesRead > 1_000_000);
    }

    [TheoryIfOnPath("restic")]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Flipped)]
    [InlineData(Damage.Swapped)]
    public async Task A_damaged_index_is_named(Damage damage)
    {
        FileHandle file = (await FilesAsync(FileKind.Index))[0];
        await DamageAsync(file, damage);

        CheckReport report = await CheckAsync();

        Assert.Contains(report.Problems, problem => problem.Kind == CheckProblemKind.IndexUnreadable && problem.File == file);
        Assert.True(report.SuggestsRepairIndex);
        Assert.Contains(report.Problems, problem => problem.Kind == CheckProblemKind.PackNotIndexed);
    }

    [FactIfOnPath("restic")]
    public async Task A_missing_index_shows_by_what_it_listed()
    {
        await DamageAsync((await FilesAsync(FileKind.Index))[0], Damage.Removed);

        CheckReport report = await CheckAsync(readData: true);

        Assert.Contains(report.Problems, problem => problem.Kind is CheckProblemKind.TreeMissing or CheckProblemKind.BlobMissing);
        Assert.Contains(report.Problems, problem => problem.Kind == CheckProblemKind.PackNotIndexed);
        Assert.True(report.SuggestsRepairIndex);
    }

    [TheoryIfOnPath("restic")]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Flipped)]
    [InlineData(Damage.Swapped)]
    public async Task A_damaged_snapshot_is_named(Damage damage)
    {
        FileHandle file = (await FilesAsync(FileKind.Snapshot))[0];
        await DamageAsync(file, damage);

        CheckReport report = await CheckAsync();

        Assert.Contains(report.Problems, problem => problem.Kind == CheckProblemKind.SnapshotUnreadable && problem.File == file);
        Assert.Contains(new SnapshotId(file.Name), report.DamagedSnapshots);
        Assert.Equal(4 - report.DamagedSnapshots.Count, report.Snapshots);
    }

    [TheoryIfOnPath("restic")]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Flipped)]
    public async Task A_damaged_key_is_named(Damage damage)
    {
        FileHandle file = (await FilesAsync(FileKind.Key))[0];
        await DamageAsync(file, damage);

        CheckReport report = await CheckAsync();

        CheckProblem problem = Assert.Single(report.Problems);
        Assert.Equal((CheckProblemKind.KeyUnreadable, file), (problem.Kind, problem.File));
    }

    [TheoryIfOnPath("restic")]
    [InlineData(Damage.Removed)]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Flipped)]
    public async Task A_damaged_config_is_named(Damage damage)
    {
        await DamageAsync(FileHandle.Config, damage);

        CheckReport report = await CheckAsync();

        Assert.Equal(CheckProblemKind.ConfigUnreadable, Assert.Single(report.Problems).Kind);
    }

    [TheoryIfOnPath("restic")]
    [InlineData(BlobType.Data, Damage.Removed, CheckProblemKind.PackMissing)]
    [InlineData(BlobType.Data, Damage.Truncated, CheckProblemKind.PackSizeWrong)]
    [InlineData(BlobType.Data, Damage.Emptied, CheckProblemKind.PackSizeWrong)]
    [InlineData(BlobType.Data, Damage.Swapped, CheckProblemKind.PackSizeWrong)]
    [InlineData(BlobType.Tree, Damage.Removed, CheckProblemKind.PackMissing)]
    [InlineData(BlobType.Tree, Damage.Truncated, CheckProblemKind.PackSizeWrong)]
    [InlineData(BlobType.Tree, Damage.Swapped, CheckProblemKind.PackSizeWrong)]
    [InlineData(BlobType.Tree, Damage.Flipped, CheckProblemKind.TreeUnreadable)]
    public async Task A_damaged_pack_shows_without_reading_the_data(BlobType type, Damage damage, CheckProblemKind kind)
    {
        FileHandle file = await PackOfAsync(type);
        await DamageAsync(file, damage);

        CheckReport report = await CheckAsync();

        Assert.Contains(report.Problems, problem => problem.Kind == kind && problem.File == file);
        Assert.Contains(new PackId(file.Name), report.DamagedPacks);
    }

    [TheoryIfOnPath("restic")]
    [InlineData(BlobType.Data, Damage.Truncated)]
    [InlineData(BlobType.Data, Damage.Emptied)]
    [InlineData(BlobType.Data, Damage.Flipped)]
    [InlineData(BlobType.Data, Damage.Swapped)]
    [InlineData(BlobType.Tree, Damage.Flipped)]
    [InlineData(BlobType.Tree, Damage.Swapped)]
    public async Task Reading_the_data_finds_what_is_wrong_with_a_pack(BlobType type, Damage damage)
    {
        FileHandle file = await PackOfAsync(type);
        await DamageAsync(file, damage);

        CheckReport report = await CheckAsync(readData: true);

        Assert.Contains(report.Problems, problem => problem.File == file && problem.Kind == CheckProblemKind.PackHashWrong);
        Assert.Contains(report.Problems, problem => problem.File == file && problem.Kind == CheckProblemKind.BlobDamaged && problem.Blob is not null);
    }

    [FactIfOnPath("restic")]
    public async Task A_flipped_bit_in_data_is_seen_only_by_reading_it()
    {
        await DamageAsync(await PackOfAsync(BlobType.Data), Damage.Flipped);

        CheckReport structure = await CheckAsync();
        CheckReport data = await CheckAsync(readData: true);

        Assert.True(structure.IsHealthy);
        Assert.Equal(0, structure.PacksRead);
        Assert.False(data.IsHealthy);
    }

    [FactIfOnPath("restic")]
    public async Task A_flipped_bit_is_found_wherever_it_is()
    {
        FileHandle file = await PackOfAsync(BlobType.Tree);
        byte[] sound = await _backend.LoadAsync(file, int.MaxValue, None);
        foreach (int position in new[] { 0, 20, sound.Length / 3, sound.Length - 60, sound.Length - 5, sound.Length - 4, sound.Length - 1 })
        {
            byte[] flipped = [.. sound];
            flipped[position] ^= 0x10;
            await ReplaceAsync(file, flipped);

            CheckReport report = await CheckAsync(readData: true);

            Assert.Equal([new PackId(file.Name)], report.DamagedPacks);
            Assert.Contains(report.Problems, problem => problem.Kind == CheckProblemKind.PackHashWrong);
            Assert.Contains(report.Problems, problem => problem.Kind
                == (position < sound.Length - 5 - 45 && position < sound.Length / 2 ? CheckProblemKind.BlobDamaged : CheckProblemKind.PackHeaderUnreadable));
        }
    }

    [FactIfOnPath("restic")]
    public async Task All_faults_are_found_in_one_run()
    {
        FileHandle data = await PackOfAsync(BlobType.Data);
        Digest? itsIndex = fixture.Opened.Index.Packs().Single(pack => pack.Id.Hash == data.Name).IndexFile;
        FileHandle index = (await FilesAsync(FileKind.Index)).First(file => file.Name != itsIndex);
        FileHandle snapshot = (await FilesAsync(FileKind.Snapshot))[^1];
        var stray = new FileHandle(FileKind.Pack, Digest.Of([1]));
        await DamageAsync(data, Damage.Removed);
        await DamageAsync(index, Damage.Flipped);
        await DamageAsync(snapshot, Damage.Flipped);
        await _backend.SaveAsync(stray, new byte[100], None);

        var told = new List<CheckProblem>();
        CheckReport report = await Repository.CheckAsync(
            new CheckOptions { ReadData = PackSelection.All, ProblemFound = told.Add }, null, None);

        Assert.Superset(
            new HashSet<FileHandle?> { data, index, snapshot, stray },
            report.Problems.Select(problem => problem.File).ToHashSet());
        Assert.Equal(report.Problems.ToHashSet(), told.ToHashSet());
    }

    [FactIfOnPath("restic")]
    public async Task After_a_damaged_index_the_next_operation_reads_the_index_anew()
    {
        FileHandle file = (await FilesAsync(FileKind.Index))[0];
        byte[] sound = await _backend.LoadAsync(file, int.MaxValue, None);
        await DamageAsync(file, Damage.Flipped);
        Assert.False((await CheckAsync()).IsHealthy);

        await ReplaceAsync(file, sound);

        Assert.True((await CheckAsync()).IsHealthy);
        Assert.NotEmpty(await Repository.ListAsync(new ListOptions { Snapshot = "latest", Recursive = true }, None).ToListAsync());
    }

    [FactIfOnPath("restic")]
    public async Task An_index_that_is_there_twice_is_a_hint()
    {
        Digest first = (await FilesAsync(FileKind.Index))[0].Name;
        byte[] json = await fixture.Opened.LoadUnpackedAsync(FileKind.Index, first, None);
        await fixture.Opened.SaveUnpackedAsync(FileKind.Index, json.Append((byte)' ').ToArray(), None);

        CheckReport report = await CheckAsync(readData: true);

        Assert.True(report.IsHealthy);
        Assert.All(report.Problems, problem => Assert.Equal(CheckProblemKind.PackIndexedTwice, problem.Kind));
        Assert.NotEmpty(report.Problems);
    }

    [FactIfOnPath("restic")]
    public async Task Index_files_that_disagree_are_an_error()
    {
        FileHandle pack = await PackOfAsync(BlobType.Data);
        fixture.Opened.ForgetIndex();
        await fixture.Opened.LoadIndexAsync(None);
        Assert.True(fixture.Opened.Index.TryFindPack(new PackId(pack.Name), out IndexedPack? known));
        var contents = new IndexContents();
        contents.AddPack(known.Id);
        contents.AddBlob(known.Blobs[0] with { Length = known.Blobs[0].Length - 1 });
        var json = new GoJsonWriter();
        IndexDocument.Encode(contents, json);
        await fixture.Opened.SaveUnpackedAsync(FileKind.Index, json.Written.ToArray(), None);

        CheckReport report = await CheckAsync(readData: true);

        Assert.Contains(report.Problems, problem => problem.Kind == CheckProblemKind.IndexContradictory && problem.File == pack);
        Assert.Contains(report.Problems, problem => problem.Kind == CheckProblemKind.PackHeaderDiffers && problem.File == pack);
    }

    [FactIfOnPath("restic")]
    public async Task Reading_a_file_from_a_damaged_pack_names_the_pack()
    {
        FileHandle pack = await PackOfAsync(BlobType.Data);
        FindMatch file = await Repository.FindAsync(
            new FindOptions { Patterns = [pack.Name.ToString()], Target = FindTarget.Pack }, None).FirstAsync();
        foreach (Damage damage in Enum.GetValues<Damage>())
        {
            byte[] sound = await _backend.LoadAsync(pack, int.MaxValue, None);
            FileHandle other = await DamageAsync(pack, damage, everywhere: true);

            RepositoryDamagedException exception = await Assert.ThrowsAsync<RepositoryDamagedException>(() => Repository.DumpAsync(
                new DumpOptions { Snapshot = file.Snapshot.Id.ToString(), Path = file.Path }, Stream.Null, null, None));

            Assert.Contains([pack, other], file => exception.Message.Contains(file.Name.ToString(), StringComparison.Ordinal));
            await ReplaceAsync(pack, sound);
        }
    }

    [FactIfOnPath("restic")]
    public async Task Only_some_snapshots_and_their_packs_can_be_checked()
    {
        CheckReport report = await Repository.CheckAsync(
            new CheckOptions { Snapshots = [fixture.Snapshots[0]], ReadData = PackSelection.All }, null, None);

        Assert.True(report.IsHealthy);
        Assert.Equal(1, report.Snapshots);
        Assert.InRange(report.PacksRead, 1, report.Packs - 1);
        Assert.Null(report.UnusedBlobs);
    }

    [FactIfOnPath("restic")]
    public async Task What_no_snapshot_needs_is_counted()
    {
        await _backend.DeleteAsync(new FileHandle(FileKind.Snapshot, Digest.Parse(fixture.Snapshots[0])), None);

        CheckReport report = await CheckAsync();

        Assert.True(report.IsHealthy);
        Assert.True(report.UnusedBlobs > 0 && report.UnusedBytes > 0);
    }

    [FactIfOnPath("restic")]
    public async Task Progress_ends_with_everything_done()
    {
        var reports = new List<CheckProgress>();

        CheckReport report = await Repository.CheckAsync(
            new CheckOptions { ReadData = PackSelection.All }, new SynchronousProgress(reports.Add), None);

        CheckProgress last = reports[^1];
        Assert.Equal((CheckPhase.Data, report.PacksRead, report.PacksRead), (last.Phase, last.Done, last.Total));
        Assert.Equal((report.BytesRead, report.BytesRead), (last.BytesDone, last.BytesTotal));
    }

    // Not those for which restic tries for minutes to read what is not there.
    [TheoryIfOnPath("restic")]
    [Trait("Category", "Slow")]
    [InlineData(FileKind.Pack, Damage.Flipped, false)]
    [InlineData(FileKind.Pack, Damage.Flipped, true)]
    [InlineData(FileKind.Index, Damage.Removed, false)]
    [InlineData(FileKind.Index, Damage.Flipped, false)]
    [InlineData(FileKind.Index, Damage.Swapped, false)]
    [InlineData(FileKind.Snapshot, Damage.Removed, false)]
    [InlineData(FileKind.Snapshot, Damage.Removed, true)]
    [InlineData(FileKind.Snapshot, Damage.Flipped, false)]
    [InlineData(FileKind.Snapshot, Damage.Truncated, false)]
    public async Task The_verdict_is_that_of_restic(FileKind kind, Damage damage, bool readData)
    {
        await DamageAsync(kind == FileKind.Pack ? await PackOfAsync(BlobType.Data) : (await FilesAsync(kind))[0], damage);

        bool ours = (await CheckAsync(readData)).IsHealthy;

        Assert.Equal(await ResticSaysHealthyAsync(readData), ours);
    }

    private async Task<bool> ResticSaysHealthyAsync(bool readData)
    {
        using var folder = new TempFolder();
        await using (var copy = new LocalBackend(folder.Combine("r")))
        {
            await copy.CreateAsync(None);
            foreach (FileKind kind in Enum.GetValues<FileKind>())
            {
                foreach (FileHandle file in await FilesAsync(kind))
                {
                    await copy.SaveAsync(file, await _backend.LoadAsync(file, int.MaxValue, None), None);
                }
            }
        }

        (int exitCode, _, _) = new Restic(folder.Combine("r")).TryRun(readData ? ["check", "--read-data"] : ["check"]);
        return exitCode == 0;
    }

    private Task<CheckReport> CheckAsync(bool readData = false) =>
        Repository.CheckAsync(new CheckOptions { ReadData = readData ? PackSelection.All : null }, null, None);

    private async Task<List<FileHandle>> FilesAsync(FileKind kind) =>
        [.. (await _backend.ListAsync(kind, None).ToListAsync()).Select(file => file.Handle).OrderBy(file => file.Name)];

    /// <summary>The largest pack of a type; all of its blobs are needed.</summary>
    private async Task<FileHandle> PackOfAsync(BlobType type)
    {
        fixture.Opened.ForgetIndex();
        await fixture.Opened.LoadIndexAsync(None);
        IndexedPack pack = fixture.Opened.Index.Packs().Where(pack => pack.Blobs[0].Type == type)
            .MaxBy(pack => pack.Blobs.Sum(blob => blob.Length)) ?? throw new InvalidOperationException("No such pack.");
        return new FileHandle(FileKind.Pack, pack.Id.Hash);
    }

    /// <returns>The file that the damaged one was swapped with, or that one itself.</returns>
    private async Task<FileHandle> DamageAsync(FileHandle file, Damage damage, bool everywhere = false)
    {
        byte[] sound = await _backend.LoadAsync(file, int.MaxValue, None);
        FileHandle other = (await FilesAsync(file.Kind)).LastOrDefault(candidate => candidate != file, file);
        switch (damage)
        {
            case Damage.Removed:
                await _backend.DeleteAsync(file, None);
                break;
            case Damage.Truncated:
                await ReplaceAsync(file, sound[..(everywhere ? 10 : sound.Length / 2)]);
                break;
            case Damage.Emptied:
                await ReplaceAsync(file, []);
                break;
            case Damage.Flipped:
                byte[] flipped = [.. sound];
                int step = everywhere ? 1 : flipped.Length;
                for (int i = everywhere ? 0 : flipped.Length / 2; i < flipped.Length; i += step)
                {
                    flipped[i] ^= 1;
                }

                await ReplaceAsync(file, flipped);
                break;
            case Damage.Swapped:
                await ReplaceAsync(file, await _backend.LoadAsync(other, int.MaxValue, None));
                await ReplaceAsync(other, sound);
                return other;
        }

        return file;
    }

    private async Task ReplaceAsync(FileHandle file, byte[] content, FileHandle? ifSwappedWith = null)
    {
        if (ifSwappedWith is FileHandle other && other != file)
        {
            await ReplaceAsync(other, await _backend.LoadAsync(file, int.MaxValue, None));
        }

        await _backend.DeleteAsync(file, None);
        await _backend.SaveAsync(file, content, None);
    }

    private sealed class SynchronousProgress(Action<CheckProgress> report) : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value)
        {
            lock (report)
            {
                report(value);
            }
        }
    }
}
