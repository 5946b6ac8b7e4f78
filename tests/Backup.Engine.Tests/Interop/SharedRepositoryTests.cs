using System.Diagnostics;
using Backup.Engine.Repositories;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Interop;

/// <summary>restic and we at work in one repository at the same time: each respects the other's locks.</summary>
public sealed class SharedRepositoryTests
{
    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_respects_our_locks(string version)
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("source/file", "content");
        var own = new OwnEngine(folder.Combine("repository"));
        var restic = new Restic(folder.Combine("repository"), version);
        await own.InitAsync();
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(own.Options, CancellationToken.None);

        foreach (LockKind kind in (LockKind[])[LockKind.Shared, LockKind.Pruning])
        {
            await using (await opened.LockAsync(kind, CancellationToken.None))
            {
                restic.Backup(file);
                Assert.Contains("locked", Refused(restic, "prune"), StringComparison.Ordinal);
            }
        }

        await using (await opened.LockAsync(LockKind.Exclusive, CancellationToken.None))
        {
            Assert.Contains("locked", Refused(restic, "backup", file), StringComparison.Ordinal);
        }

        restic.Run("prune");
        Assert.Empty(restic.List("locks"));
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task We_respect_restic_s_locks(string version)
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("source/file", "content");
        var own = new OwnEngine(folder.Combine("repository"));
        var restic = new Restic(folder.Combine("repository"), version);
        restic.Init();
        using (Process running = restic.Start("backup", "--stdin")) // it waits for its standard input, and holds a shared lock
        {
            await HoldsALockAsync(folder);

            Assert.Empty((await own.BackupAsync(file)).Skipped);
            await using OpenedRepository opened = await OpenedRepository.OpenAsync(own.Options, CancellationToken.None);
            await Assert.ThrowsAsync<RepositoryLockedException>(() => opened.LockAsync(LockKind.Exclusive, CancellationToken.None));

            await running.StandardInput.WriteAsync("content");
            running.StandardInput.Close();
            await running.WaitForExitAsync();
            Assert.Equal(0, running.ExitCode);
        }

        await own.CheckAsync();
        Assert.Equal(2, restic.Snapshots().Count);
        Assert.Empty(restic.List("locks"));
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task A_lock_that_a_killed_restic_left_can_be_taken_away(string version)
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("source/file", "content");
        var own = new OwnEngine(folder.Combine("repository"));
        var restic = new Restic(folder.Combine("repository"), version);
        restic.Init();
        using (Process running = restic.Start("backup", "--stdin"))
        {
            await HoldsALockAsync(folder);
            running.Kill();
            await running.WaitForExitAsync();
        }

        await own.BackupAsync(file);
        await using OpenedRepository opened = await OpenedRepository.OpenAsync(own.Options, CancellationToken.None);
        RepositoryLockedException locked = await Assert.ThrowsAsync<RepositoryLockedException>(
            () => opened.LockAsync(LockKind.Exclusive, CancellationToken.None));
        Assert.Contains($"left over: remove it with {Remedy.Unlock}", locked.Message, StringComparison.Ordinal);
        await RepositoryLock.UnlockAsync(opened, LockIdentity.ForLocks(), opened.Time, removeAll: false, CancellationToken.None);
        await using RepositoryLock _ = await opened.LockAsync(LockKind.Exclusive, CancellationToken.None);
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Both_back_up_at_once(string version)
    {
        using var folder = new TempFolder();
        var options = new SampleTreeOptions { SmallFiles = 400, LargeFiles = false, OnlyWhatOldResticKeeps = true };
        SampleTree tree = SampleTree.Create(folder.Combine("tree"), options);
        var own = new OwnEngine(folder.Combine("repository")) { WorkingDirectory = tree.FullName };
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = tree.FullName };
        await own.InitAsync();

        Task<string> theirs = Task.Run(() => restic.Backup("."));
        BackupSummary ours = await own.BackupAsync(".");
        string id = await theirs;

        Assert.Equal(restic.TreeId(id), ours.Tree.ToString());
        restic.Check(readData: true);
        await own.CheckAsync();
        Assert.Empty(restic.List("locks"));
    }

    private static string Refused(Restic restic, params string[] arguments)
    {
        (int exitCode, string output, string errors) = restic.TryRun(arguments);
        Assert.True(exitCode is 1 or 11, $"ended with {exitCode}: {output}");
        return errors;
    }

    private static async Task HoldsALockAsync(TempFolder folder)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        string locks = folder.Combine("repository/locks");
        while (!Directory.EnumerateFiles(locks).Any(path => !Path.GetFileName(path).Contains("tmp", StringComparison.Ordinal)))
        {
            await Task.Delay(20, patience.Token); // another process's file: there is nothing else to wait for
        }
    }
}
