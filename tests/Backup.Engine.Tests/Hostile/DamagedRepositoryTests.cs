using Backup.Engine.Storage.Memory;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Hostile;

/// <summary>
/// A repository in which any one file is damaged in any way: every operation succeeds with the right result, or says by one
/// of our own errors what is wrong; nothing wrong is restored without a word; and a check finds the damage.
/// </summary>
public sealed class DamagedRepositoryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public Task Damage_is_told_and_never_restored() => RunAsync(iterations: 40);

    [Fact]
    [Trait("Category", "Slow")]
    public Task Damage_is_told_and_never_restored_in_many_cases() => RunAsync(iterations: 2_000);

    private static async Task RunAsync(int iterations)
    {
        using var folder = new TempFolder();
        RepositoryImage image = await MakeAsync(folder);

        await PropertyCheck.HoldsAsync(iterations, async random =>
        {
            FileHandle victim = Choose(random, image);
            byte[]? damaged = Damage(random, image, victim);
            RepositoryImage hostile = image.With(victim, damaged);
            using var target = new TempFolder();

            bool isOpen = await TryAsync(hostile, _ => Task.CompletedTask);
            bool isRestored = await RestoresAsync(hostile, target);
            bool isHealthy = await IsHealthyAsync(hostile);

            if (isRestored)
            {
                Assert.Empty(TreeComparer.Differences(folder.Combine("source"), target.Combine("target"), TreeAspects.None));
            }

            Assert.True(isOpen || victim.Kind is FileKind.Config or FileKind.Key, $"{victim} keeps it from being opened");
            Assert.False(isHealthy, $"{victim} is damaged, and a check finds nothing");
            await TryAsync(hostile, LookAsync);
        });
    }

    /// <summary>Kinds are equally probable, however many files of it there are.</summary>
    private static FileHandle Choose(Random random, RepositoryImage image)
    {
        FileHandle[][] byKind = [.. image.Handles.GroupBy(file => file.Kind).Select(group => group.ToArray())];
        FileHandle[] kind = byKind[random.Next(byKind.Length)];
        return kind[random.Next(kind.Length)];
    }

    private static byte[]? Damage(Random random, RepositoryImage image, FileHandle victim)
    {
        byte[] content = [.. image[victim]];
        switch (random.Next(9))
        {
            case 0 when victim.Kind != FileKind.Snapshot: // without it there is one snapshot less, which nobody can know
                return null;
            case 1:
                return [];
            case 2:
                return content[..random.Next(content.Length)];
            case 3:
                return [.. content, .. content];
            case 4:
                random.NextBytes(content);
                return content;
            case 5:
                return [.. content.AsSpan(0, content.Length - 4), .. BitConverter.GetBytes(random.Next(2) == 0 ? uint.MaxValue : (uint)random.Next())];
            case 6:
                random.NextBytes(content.AsSpan(random.Next(content.Length)));
                return content;
            default:
                content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
                return content;
        }
    }

    private static async Task<bool> RestoresAsync(RepositoryImage image, TempFolder target)
    {
        bool isComplete = false;
        await TryAsync(image, async repository =>
        {
            using var patience = new CancellationTokenSource(Patience);
            RestoreSummary summary = await repository.RestoreAsync(
                new RestoreOptions { Snapshot = "latest", Target = target.Combine("target") }, null, patience.Token);
            isComplete = summary.ErrorCount == 0;
        });
        return isComplete;
    }

    private static async Task<bool> IsHealthyAsync(RepositoryImage image)
    {
        bool isHealthy = false;
        await TryAsync(image, async repository =>
        {
            using var patience = new CancellationTokenSource(Patience);
            CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, patience.Token);
            isHealthy = report.IsHealthy;
        });
        return isHealthy;
    }

    private static async Task LookAsync(Repository repository)
    {
        using var patience = new CancellationTokenSource(Patience);
        await repository.ListSnapshotsAsync(new SnapshotListOptions(), patience.Token);
        await foreach (SnapshotItem _ in repository.ListAsync(new ListOptions { Snapshot = "latest", Recursive = true }, patience.Token))
        {
            // Only that it ends is asked for.
        }
    }

    /// <summary>Opens it and does something; any error but ours goes through and fails the test.</summary>
    private static async Task<bool> TryAsync(RepositoryImage image, Func<Repository, Task> run)
    {
        MemoryBackend backend = await image.ToBackendAsync();
        Repository repository;
        try
        {
            repository = await Repository.OpenAsync(RepositoryImage.OptionsFor(backend), CancellationToken.None);
        }
        catch (BackupException)
        {
            return false;
        }

        await using (repository)
        {
            try
            {
                await run(repository);
            }
            catch (BackupException)
            {
                // One of ours: that is what is asked for.
            }
        }

        return true;
    }

    /// <summary>A repository with two snapshots of a small tree, in a few packs.</summary>
    private static async Task<RepositoryImage> MakeAsync(TempFolder folder)
    {
        var random = new Random(1);
        var backend = new MemoryBackend();
        await using Repository repository = await Repository.CreateAsync(RepositoryImage.OptionsFor(backend), CancellationToken.None);
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 12; i++)
            {
                byte[] content = new byte[random.Next(i == 0 ? 3_000_000 : 20_000)];
                random.NextBytes(content);
                folder.WriteFile($"source/{i % 3}/{i}", content);
            }

            IBackupSource source = Repository.CreateSource(
                new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = folder.Combine("source") });
            await repository.BackupAsync(new BackupOptions { Source = source }, null, CancellationToken.None);
        }

        return await RepositoryImage.OfAsync(backend);
    }
}
