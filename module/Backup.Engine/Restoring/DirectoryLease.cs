using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>An open directory, kept open until this is disposed. Dispose it exactly once.</summary>
/// <param name="cache">Where it goes back to.</param>
/// <param name="plan">Which directory it is.</param>
/// <param name="directory">Its handle.</param>
internal readonly struct DirectoryLease(DirectoryCache cache, DirectoryPlan plan, TargetDirectory directory) : IDisposable
{
    /// <summary>The handle.</summary>
    public TargetDirectory Directory => directory;

    /// <inheritdoc/>
    public void Dispose() => cache.Return(plan);
}
