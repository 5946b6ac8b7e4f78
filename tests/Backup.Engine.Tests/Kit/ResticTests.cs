namespace Backup.Engine.Tests.Kit;

public sealed class ResticTests
{
    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public void It_backs_up_checks_and_restores(string version)
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("source/a/file", "content");
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = folder.Combine("source") };

        restic.Init();
        string id = restic.Backup("a");
        restic.Check();
        restic.Restore(id, folder.Combine("target"));

        Assert.Equal(id, Assert.Single(restic.Snapshots()).Id);
        Assert.Equal(64, restic.TreeId(id, "/a").Length);
        Assert.Equal("content", File.ReadAllText(folder.Combine("target/a/file")));
        Assert.Empty(restic.List("locks"));
        Assert.Equal("content", File.ReadAllText(file));
    }

    [FactIfOnPath("restic")]
    public void What_fails_tells_what_restic_said()
    {
        using var folder = new TempFolder();
        var restic = new Restic(folder.Combine("repository"));

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => restic.Check());

        Assert.Contains("repository", failure.Message, StringComparison.Ordinal);
    }
}
