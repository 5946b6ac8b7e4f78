namespace Backup.Engine.Tests.Interop;

/// <summary>restic and we copy snapshots between the same repositories.</summary>
public sealed class CopyInteropTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task What_one_copied_the_other_finds_there(string version)
    {
        using var folder = new TempFolder();
        byte[] content = new byte[2_000_000];
        new Random(5).NextBytes(content);
        folder.WriteFile("source/large", content);
        folder.WriteFile("source/small", "text");
        var theirs = new Restic(folder.Combine("theirs"), version) { WorkingDirectory = folder.Combine("source") };
        var ours = new Restic(folder.Combine("ours"), version);
        theirs.Init();
        theirs.Backup("large", "--tag", "one,two");
        await new OwnEngine(folder.Combine("ours")).InitAsync();

        CopySummary first = await CopyAsync(folder);
        CopySummary second = await CopyAsync(folder);
        folder.WriteFile("source/small", "other text");
        theirs.Backup(".");
        string output = ours.Run("copy", "--from-repo", theirs.Repository, "--from-password-file", folder.WriteFile("password", Restic.Password), "-v");
        CopySummary third = await CopyAsync(folder);

        Assert.Equal((1, 0), (first.Copied.Count, first.AlreadyThere));
        Assert.Equal((0, 1), (second.Copied.Count, second.AlreadyThere));
        Assert.Contains("skipping", output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((0, 2), (third.Copied.Count, third.AlreadyThere));
        Assert.Equal(theirs.Snapshots().Select(snapshot => snapshot.Tree), ours.Snapshots().Select(snapshot => snapshot.Tree));
        ours.Check(readData: true);
        ours.Restore(ours.Snapshots()[0].Id, folder.Combine("restored"));
        Assert.Equal(content, await File.ReadAllBytesAsync(folder.Combine("restored/large")));
    }

    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Restic_reads_a_replica(string version)
    {
        using var folder = new TempFolder();
        folder.WriteFile("source/file", "text");
        var original = new Restic(folder.Combine("theirs"), version) { WorkingDirectory = folder.Combine("source") };
        original.Init();
        original.Backup(".");
        await using (Repository source = await Repository.OpenAsync(new OwnEngine(folder.Combine("theirs")).Options, None))
        {
            await using Repository replica = await Repository.CreateReplicaAsync(source, new OwnEngine(folder.Combine("ours")).Options, None);
            await replica.ReplicateFromAsync(source, new ReplicateOptions(), null, None);
        }

        var ours = new Restic(folder.Combine("ours"), version);
        ours.Check(readData: true);
        Assert.Equal(original.Snapshots().Select(snapshot => snapshot.Id), ours.Snapshots().Select(snapshot => snapshot.Id));
    }

    private static async Task<CopySummary> CopyAsync(TempFolder folder)
    {
        await using Repository source = await Repository.OpenAsync(new OwnEngine(folder.Combine("theirs")).Options, None);
        await using Repository destination = await Repository.OpenAsync(new OwnEngine(folder.Combine("ours")).Options, None);
        return await destination.CopyFromAsync(source, new CopyOptions(), null, None);
    }
}
