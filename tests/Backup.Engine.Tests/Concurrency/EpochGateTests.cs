using Backup.Engine.Concurrency;

namespace Backup.Engine.Tests.Concurrency;

public sealed class EpochGateTests
{
    [Fact]
    public async Task Nobody_inside_is_nobody_to_wait_for()
    {
        var gate = new EpochGate();
        gate.Exit(gate.Enter());

        await gate.WhenLeftAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Waiting_ends_when_those_who_were_inside_have_left_whoever_came_later()
    {
        var gate = new EpochGate();
        int first = gate.Enter();
        int second = gate.Enter();

        Task left = gate.WhenLeftAsync(CancellationToken.None);
        int later = gate.Enter();
        gate.Exit(first);
        bool isLeftTooEarly = left.IsCompleted;
        gate.Exit(second);
        await left;
        gate.Exit(later);

        Assert.False(isLeftTooEarly);
        await gate.WhenLeftAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        var gate = new EpochGate();
        gate.Enter();
        using var cancellation = new CancellationTokenSource();

        Task left = gate.WhenLeftAsync(cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
    }
}
