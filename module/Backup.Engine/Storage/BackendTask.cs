namespace Backup.Engine.Storage;

/// <summary>Runs work on the caller's thread and gives its outcome as a task: for backends that never wait for a network.</summary>
internal static class BackendTask
{
    /// <summary>Runs the work, unless it is cancelled already.</summary>
    public static Task Run(Action work, CancellationToken cancellationToken) =>
        Run(
            () =>
            {
                work();
                return true;
            },
            cancellationToken);

    /// <summary>Runs the work, unless it is cancelled already.</summary>
    public static Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return Task.FromResult(work());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }
}
