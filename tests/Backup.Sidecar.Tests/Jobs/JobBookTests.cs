using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backup.Sidecar.Tests.Jobs;

/// <summary>What happens to jobs at awkward moments.</summary>
public sealed class JobBookTests
{
    private static readonly BackupJob Job = new()
    {
        Id = "0123456789abcdef0123456789abcdef",
        Operation = JobOperation.Check,
        Repository = "main",
        Request = new JobRequest { Operation = JobOperation.Check, Check = new CheckRequest() },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_that_is_cancelled_while_it_is_taken_up_is_over_and_counted_once(bool isWishOfOthers)
    {
        using var folder = new TempFolder();
        await using var journal = new GatedJournal(SqliteJobJournal.Open(folder.FullName));
        using var configuration = new ServiceConfiguration(new ConfigurationBuilder().Build(), _ => { });
        using DaprAccess dapr = DaprAccess.Of(configuration.Current.Dapr, _ => null, TimeProvider.System);
        using var clients = new ApplicationClients(configuration, dapr, TimeProvider.System);
        var claims = new SoleClaims();
        using var quiet = new QuietApplications(clients, journal, claims, TimeProvider.System, NullLogger<QuietApplications>.Instance);
        var book = new JobBook(journal, claims, quiet, configuration, new JobEvents(), TimeProvider.System, NullLogger<JobBook>.Instance);

        Task adopting = book.AdoptAsync(new JobClaim(Job, IsOurs: true, IsCancelWanted: isWishOfOthers), CancellationToken.None);
        await journal.Asked;
        int running = book.Running;
        BackupJob? told = isWishOfOthers ? null : await book.CancelAsync(Job.Id, CancellationToken.None);
        journal.Open();
        await adopting;
        BackupJob end = await book.FindAsync(Job.Id, CancellationToken.None);

        Assert.Equal(1, running);
        Assert.NotEqual(true, told?.IsOver);
        Assert.Equal(JobState.Cancelled, end.State);
        Assert.Equal((0, 0), (book.Queued, book.Running));
        Assert.Empty(await journal.ListOpenAsync(CancellationToken.None));
        while (book.Queue.TryRead(out ActiveJob? active))
        {
            Assert.False(active.TryTake());
        }
    }
}
