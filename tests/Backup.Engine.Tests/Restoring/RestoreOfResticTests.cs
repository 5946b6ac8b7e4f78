using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Restoring;

/// <summary>Repositories that restic wrote, restored by us.</summary>
public sealed class RestoreOfResticTests : IDisposable
{
    private const TreeAspects Restored =
        TreeAspects.Mode | TreeAspects.Owner | TreeAspects.ModTime | TreeAspects.Attributes | TreeAspects.HardLinks;

    private readonly TempFolder _folder = new();

    [TheoryIfOnPath("restic")]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task Everything_comes_back_as_it_was(string version)
    {
        SampleTree tree = SampleTree.Create(_folder.Combine("tree"), new SampleTreeOptions
        {
            SmallFiles = 800,
            OnlyWhatOldResticKeeps = version == "restic",
        });
        var restic = new Restic(_folder.Combine("repository"), version);
        restic.Init();
        string snapshot = restic.Backup(tree.FullName);
        TreeSnapshot expected = TreeSnapshot.Of(tree.FullName);

        RestoreSummary summary = await RestoreAsync($"{snapshot}:{tree.FullName}", "fresh");
        RestoreSummary again = await RestoreAsync($"{snapshot}:{tree.FullName}", "fresh");

        Assert.Empty(summary.Errors);
        Assert.Empty(TreeComparer.Differences(expected, _folder.Combine("fresh"), Restored));
        Assert.Equal((0, 0, 0), (again.FilesRestored, again.FilesUpdated, again.BytesFetched));
        Assert.Empty(again.Errors);
    }

    [TheoryIfOnPath("restic")]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Restic.Versions), MemberType = typeof(Restic))]
    public async Task A_changed_tree_is_brought_back(string version)
    {
        SampleTree tree = SampleTree.Create(
            _folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 400, LargeFiles = false, OnlyWhatOldResticKeeps = true });
        var restic = new Restic(_folder.Combine("repository"), version);
        restic.Init(version: 1);
        string snapshot = restic.Backup(tree.FullName);
        TreeSnapshot expected = TreeSnapshot.Of(tree.FullName);
        tree.Change(1);
        tree.Change(2);

        await using (Repository repository = await OpenAsync())
        {
            RestoreSummary summary = await repository.RestoreAsync(
                new RestoreOptions { Snapshot = $"{snapshot}:{tree.FullName}", Target = tree.FullName, Delete = true, Sparse = true, Verify = true },
                null,
                CancellationToken.None);

            Assert.Empty(summary.Errors);
            Assert.NotEqual(0, summary.ItemsDeleted);
        }

        Assert.Empty(TreeComparer.Differences(expected, tree.FullName, Restored));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<RestoreSummary> RestoreAsync(string snapshot, string target)
    {
        await using Repository repository = await OpenAsync();
        return await repository.RestoreAsync(
            new RestoreOptions { Snapshot = snapshot, Target = _folder.Combine(target) }, null, CancellationToken.None);
    }

    private Task<Repository> OpenAsync() => Repository.OpenAsync(
        new RepositoryOptions
        {
            Location = _folder.Combine("repository"),
            Password = System.Text.Encoding.UTF8.GetBytes(Restic.Password),
        },
        CancellationToken.None);
}
