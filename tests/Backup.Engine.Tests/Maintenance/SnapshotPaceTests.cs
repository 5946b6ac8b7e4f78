namespace Backup.Engine.Tests.Maintenance;

/// <summary>What forgetting, tagging and rewriting say of how far they are.</summary>
public sealed class SnapshotPaceTests
{
    [Theory]
    [InlineData("forget", 2)]
    [InlineData("tag", 3)]
    [InlineData("rewrite", 3)]
    public async Task The_last_report_says_that_all_is_done(string what, int expected)
    {
        await using MemoryRepository repository = await MemoryRepository.CreateAsync();
        var source = new MemorySource();
        for (int i = 0; i < 3; i++)
        {
            source.Add($"/file{i}", [(byte)i]);
            source.Add("/else", [(byte)i]);
            await repository.Repository.BackupAsync(new BackupOptions { Source = source, Hostname = "host" }, null, CancellationToken.None);
        }

        var reports = new List<SnapshotProgress>();
        var progress = new Relay(reports.Add);
        await (what switch
        {
            "forget" => repository.Repository.ForgetAsync(
                new ForgetOptions { Policy = new RetentionPolicy { Last = 1 } }, progress, CancellationToken.None),
            "tag" => (Task)repository.Repository.TagAsync(new TagOptions { Add = ["a"] }, progress, CancellationToken.None),
            _ => repository.Repository.RewriteAsync(new RewriteOptions { Excludes = ["else"] }, progress, CancellationToken.None),
        });

        Assert.Equal((true, expected, expected), (reports[^1].IsChanging, reports[^1].Done, reports[^1].Total));
    }

    private sealed class Relay(Action<SnapshotProgress> report) : IProgress<SnapshotProgress>
    {
        public void Report(SnapshotProgress value)
        {
            lock (report)
            {
                report(value);
            }
        }
    }
}
