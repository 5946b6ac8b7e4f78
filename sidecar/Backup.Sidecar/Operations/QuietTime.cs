using Backup.Engine;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>The time in which an application holds still for a job, once or several times.</summary>
internal sealed class QuietTime(QuietApplications applications, ActiveJob active, string application, TimeProvider time)
{
    private Task _beginning = Task.CompletedTask;
    private IAsyncDisposable? _turn;
    private long _began;

    /// <summary>How long it was in all; null if it never was.</summary>
    public TimeSpan? Length { get; private set; }

    /// <summary>What the engine calls around the reading of a source.</summary>
    /// <param name="endsIt">Whether the application goes on then, or holds still for the next source, too.</param>
    public QuiesceHooks HooksFor(bool endsIt) => new()
    {
        Quiesce = BeginAsync,
        Resume = _ => endsIt ? EndAsync() : Task.CompletedTask,
        Timeout = Timeout.InfiniteTimeSpan, // others may have their turn before; each call to the application has a limit of its own
    };

    /// <summary>Lets the application go on if it holds still. That it could not be told to, the job knows.</summary>
    public async Task EndAsync()
    {
        await _beginning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // nobody waits for one that was cancelled
        if (_turn is null)
        {
            return;
        }

        try
        {
            await applications.ResumeAsync(active);
        }
        finally
        {
            Length = (Length ?? TimeSpan.Zero) + time.GetElapsedTime(_began);
            await _turn.DisposeAsync();
            _turn = null;
        }
    }

    private Task BeginAsync(CancellationToken cancellationToken) =>
        _turn is null ? _beginning = BeginNowAsync(cancellationToken) : Task.CompletedTask;

    private async Task BeginNowAsync(CancellationToken cancellationToken)
    {
        _turn = await applications.TakeTurnAsync(active.Job, application, cancellationToken);
        _began = time.GetTimestamp();
        await applications.QuiesceAsync(active, application, cancellationToken);
    }
}
