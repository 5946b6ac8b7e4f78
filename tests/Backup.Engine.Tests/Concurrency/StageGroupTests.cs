using Backup.Engine.Concurrency;

namespace Backup.Engine.Tests.Concurrency;

public sealed class StageGroupTests
{
    [Fact]
    public async Task The_first_failure_cancels_the_others_and_is_the_one_thrown()
    {
        using var stages = new StageGroup(CancellationToken.None);
        stages.Start(token => Task.Delay(Timeout.InfiniteTimeSpan, token));
        stages.Start(_ => throw new InvalidDataException("first"));

        InvalidDataException thrown = await Assert.ThrowsAsync<InvalidDataException>(stages.WhenAllAsync);

        Assert.Equal("first", thrown.Message);
    }

    [Fact]
    public async Task The_callers_cancellation_ends_all_stages()
    {
        using var cancellation = new CancellationTokenSource();
        using var stages = new StageGroup(cancellation.Token);
        stages.Start(token => Task.Delay(Timeout.InfiniteTimeSpan, token));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(stages.WhenAllAsync);
    }
}
