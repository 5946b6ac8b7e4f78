namespace Backup.Engine.Concurrency;

/// <summary>
/// Lets many threads pass, and lets one wait until all those that had entered by then have left. Others may go on
/// entering meanwhile.
/// </summary>
internal sealed class EpochGate
{
    private readonly Lock _gate = new();
    private readonly int[] _inside = new int[2];
    private int _epoch;
    private TaskCompletionSource? _left;

    /// <summary>Enters.</summary>
    /// <returns>A token for <see cref="Exit"/>.</returns>
    public int Enter()
    {
        lock (_gate)
        {
            _inside[_epoch]++;
            return _epoch;
        }
    }

    /// <summary>Leaves.</summary>
    public void Exit(int epoch)
    {
        lock (_gate)
        {
            if (--_inside[epoch] == 0 && epoch != _epoch)
            {
                _left?.TrySetResult();
            }
        }
    }

    /// <summary>Waits until everybody who is inside now has left. One caller at a time.</summary>
    public async Task WhenLeftAsync(CancellationToken cancellationToken)
    {
        Task left;
        lock (_gate)
        {
            if (_inside[1 - _epoch] != 0)
            {
                throw new InvalidOperationException("Somebody waits already.");
            }

            int old = _epoch;
            _epoch = 1 - _epoch;
            if (_inside[old] == 0)
            {
                return;
            }

            _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            left = _left.Task;
        }

        await left.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
