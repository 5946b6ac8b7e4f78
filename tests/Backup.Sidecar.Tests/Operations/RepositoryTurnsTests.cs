using Backup.Sidecar.Jobs;
using Backup.Sidecar.Operations;

namespace Backup.Sidecar.Tests.Operations;

/// <summary>Jobs of one service that need a repository for themselves.</summary>
public sealed class RepositoryTurnsTests
{
    private readonly RepositoryTurns _turns = new(new SoleClaims());

    [Fact]
    public async Task One_comes_after_the_other_and_other_repositories_are_not_waited_for()
    {
        IAsyncDisposable first = await _turns.TakeAsync(JobOf("a"), CancellationToken.None);
        Task<IAsyncDisposable> second = _turns.TakeAsync(JobOf("a"), CancellationToken.None);
        await using (await _turns.TakeAsync(JobOf("b"), CancellationToken.None))
        {
            Assert.False(second.IsCompleted);
        }

        await first.DisposeAsync();

        await (await second).DisposeAsync();
    }

    [Fact]
    public async Task Whoever_waits_no_longer_takes_nobody_s_turn()
    {
        using var cancellation = new CancellationTokenSource();
        IAsyncDisposable first = await _turns.TakeAsync(JobOf("a"), CancellationToken.None);
        Task<IAsyncDisposable> second = _turns.TakeAsync(JobOf("a"), cancellation.Token);
        Task<IAsyncDisposable> third = _turns.TakeAsync(JobOf("a"), CancellationToken.None);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first.DisposeAsync();

        await (await third).DisposeAsync();
    }

    private static BackupJob JobOf(string repository) => new()
    {
        Id = "0123456789abcdef0123456789abcdef",
        Operation = JobOperation.Forget,
        Repository = repository,
        Request = new JobRequest(),
    };
}
