using System.Text;
using System.Text.Json.Nodes;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Maintenance;

/// <summary>We make the same of a snapshot as restic does.</summary>
public sealed class RewriteInteropTests
{
    [TheoryIfOnPath("restic")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task The_new_snapshot_is_the_one_that_restic_makes(string version)
    {
        using var folder = new TempFolder();
        string source = folder.CreateFolder("source");
        SampleTree.Create(source, new SampleTreeOptions());
        var restic = new Restic(folder.Combine("repository"), version) { WorkingDirectory = source };
        await FolderRepository.CreateAsync(restic.Repository, Restic.Password);
        string old = restic.Backup(".");
        string[] excludes = ["/names/as folders", "*hole*", "no such name"];

        SnapshotChange change = Assert.Single((await RewriteAsync(restic, new RewriteOptions { Excludes = excludes })).Changed);

        restic.Check();
        JsonNode own = Document(restic, change.New.Id.ToString());
        Assert.NotEqual(change.Old.Tree, change.New.Tree);
        if (restic.TryRun("rewrite", "--help").ExitCode != 0)
        {
            return; // it came with 0.15: that its older versions read what we wrote is all that can be shown
        }

        restic.Run(["rewrite", old, .. excludes.SelectMany(pattern => new[] { "--exclude", pattern })]);
        string theirs = restic.Snapshots().Select(snapshot => snapshot.Id).Single(id => id != old && id != change.New.Id.ToString());
        JsonNode other = Document(restic, theirs);
        Assert.Equal(other.ToJsonString(), own.ToJsonString());
    }

    private static JsonNode Document(Restic restic, string id) => JsonNode.Parse(restic.Cat("snapshot", id))!;

    private static async Task<SnapshotChanges> RewriteAsync(Restic restic, RewriteOptions options)
    {
        await using Repository repository = await Repository.OpenAsync(
            new RepositoryOptions { Location = restic.Repository, Password = Encoding.UTF8.GetBytes(Restic.Password) }, CancellationToken.None);
        return await repository.RewriteAsync(options, CancellationToken.None);
    }
}
