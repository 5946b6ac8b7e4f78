using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>The use of a connection by one command: it stays open meanwhile.</summary>
internal sealed class RepositoryLease(BackupRepository owner, Repository engine, bool isWriter) : IDisposable
{
    private bool _isReleased;

    /// <summary>The engine's side of it.</summary>
    public Repository Engine => engine;

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isReleased, true))
        {
            owner.Release(isWriter);
        }
    }
}
