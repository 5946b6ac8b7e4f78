using Backup.Engine.Sources;
using Backup.Engine.Sources.Linux;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Sources;

/// <summary>What is recorded of files is what restic records: the same tree ids.</summary>
public sealed class FileSystemSourceResticTests
{
    [TheoryIfOnPath("restic", "setfattr")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public void Trees_of_every_kind_of_file_are_equal(string version)
    {
        using var folder = new TempFolder();
        bool isOld = version == "restic"; // before 0.16 it damages link targets that are no text, and leaves out links' attributes
        SampleTree tree = SampleTree.Create(
            folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 100, LargeFiles = false, OnlyWhatOldResticKeeps = isOld });
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = folder.FullName };
        restic.Init();
        (int exitCode, _, _) = restic.TryRun("backup", "--quiet", "tree");

        SourceTrees trees = Walk(restic, ["tree"]);

        trees.AssertEqualTo(restic, restic.Snapshots()[0].Id);
        Assert.Equal(exitCode == 3, trees.Skipped.Count > 0); // who is not root can't read all of it
    }

    [TheoryIfOnPath("restic")]
    [Trait("Category", "Slow")]
    [InlineData("Europe/Berlin")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Africa/Casablanca")]
    public void Times_are_written_in_local_time(string zone)
    {
        using var folder = new TempFolder();
        using (PosixFolder files = PosixFolder.Open(folder.CreateFolder("tree")))
        {
            var random = new Random(1);
            for (int i = 0; i < 400; i++)
            {
                files.WriteFile($"{i}", []);
                files.SetModTime($"{i}", random.NextInt64(-1_000_000_000, 7_000_000_000), 0); // years 1938 … 2191
            }
        }

        var restic = new Restic(folder.Combine("repository")) { TimeZone = zone, WorkingDirectory = folder.FullName };
        restic.Init();
        string snapshot = restic.Backup("tree");

        SourceTrees trees = Walk(restic, ["tree"], TimeZoneInfo.FindSystemTimeZoneById(zone));

        trees.AssertEqualTo(restic, snapshot);
    }

    [TheoryIfOnPath("restic")]
    [Trait("Category", "Slow")]
    [InlineData("work", ".")]
    [InlineData("work", "b/c")]
    [InlineData("work", "../other/a", "a")] // the name «a» is there twice
    [InlineData("work", "../other/a", "a", "../../{top}/work/a")]
    [InlineData("work", "b", "b/c/d", "b/c/d")] // one target below another
    [InlineData("work", "b/c/d", "b")]
    [InlineData("work", "..")]
    [InlineData("work/b", "c/../../a/./x", "c/../c")]
    [InlineData("work", "link/x")] // a link as a directory above the target
    [InlineData("work", "link", "link/")]
    [InlineData("work", "missing", "b", "gone/x")]
    public void Targets_stand_where_restic_puts_them(string workingDirectory, params string[] targets)
    {
        using var folder = new TempFolder();
        using var repository = new TempFolder();
        foreach (string file in new[] { "a/x", "a/y", "b/x", "b/c/d/e/x", "b/c/d/y", "b/c/z" })
        {
            folder.WriteFile("work/" + file, file);
            folder.WriteFile("other/" + file, "other " + file);
        }

        File.CreateSymbolicLink(folder.Combine("work/link"), "a");
        string[] paths = [.. targets.Select(target => target.Replace("{top}", Path.GetFileName(folder.FullName), StringComparison.Ordinal))];
        var restic = new Restic(repository.Combine("repository")) { WorkingDirectory = folder.Combine(workingDirectory) };
        restic.Init();
        (int exitCode, _, string errors) = restic.TryRun(["backup", "--quiet", .. paths]);
        Assert.True(exitCode is 0 or 3, errors);
        ResticSnapshot snapshot = restic.Snapshots()[0];
        FileSystemSource source = MakeSource(new FileSystemSourceOptions { Paths = paths, WorkingDirectory = folder.Combine(workingDirectory) });

        SourceTrees trees = SourceTrees.Of(source, SourceTrees.PolynomialOf(restic));

        trees.AssertEqualTo(restic, snapshot.Id);
        Assert.Equal(snapshot.Paths, source.Paths.Order(StringComparer.Ordinal)); // restic lists them in order
        Assert.Equal(errors.Split('\n').Count(line => line.Contains("does not exist", StringComparison.Ordinal)), trees.Skipped.Count);
    }

    private static SourceTrees Walk(Restic restic, string[] paths, TimeZoneInfo? zone = null)
    {
        var options = new FileSystemSourceOptions { Paths = paths, WorkingDirectory = restic.WorkingDirectory };
        FileSystemSource source = MakeSource(options, zone);
        return SourceTrees.Of(source, SourceTrees.PolynomialOf(restic));
    }

    private static FileSystemSource MakeSource(FileSystemSourceOptions options, TimeZoneInfo? zone = null) =>
        new(options, new LinuxFileSystem(), new LocalZone(zone ?? TimeZoneInfo.Local));
}
