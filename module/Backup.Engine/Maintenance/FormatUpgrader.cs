using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>
/// Turns a repository of version 1 into one of version 2, which may hold compressed data. Only the config changes; it is
/// kept in a local file until the new one has been read back.
/// </summary>
internal sealed class FormatUpgrader(OpenedRepository repository, IProgress<CheckProgress>? progress)
{
    /// <summary>restic's name for it.</summary>
    public const string Name = "upgrade_repo_v2";

    /// <summary>Upgrades.</summary>
    public Task<bool> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ChangeAsync(repository, LockKind.Exclusive, UpgradeAsync, cancellationToken);

    private async Task<bool> UpgradeAsync(LockScope scope)
    {
        if (repository.Config.Version != 1)
        {
            return false;
        }

        CheckReport report = await new RepositoryChecker(repository, new CheckOptions(), progress).CheckAsync(scope.Token).ConfigureAwait(false);
        if (!report.IsHealthy)
        {
            throw new RepositoryDamagedException(
                $"The check before the upgrade found {report.Errors} errors, so nothing was changed. Repair the repository first. {report.Problems[0].Message}");
        }

        byte[] original = await repository.Backend.LoadAsync(FileHandle.Config, 1024 * 1024, scope.Token).ConfigureAwait(false);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backup-upgrade-");
        string copy = Path.Combine(folder.FullName, "config");
        await File.WriteAllBytesAsync(copy, original, scope.Token).ConfigureAwait(false);
        scope.ThrowIfLost();
        try
        {
            await repository.ReplaceConfigAsync(repository.Config with { Version = 2 }, scope.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BackupException or OperationCanceledException)
        {
            throw await UndoAsync(original, copy, exception).ConfigureAwait(false);
        }

        folder.Delete(recursive: true);
        return true;
    }

    /// <summary>Puts the original back; whatever comes of it, the copy stays.</summary>
    private async Task<BackupException> UndoAsync(byte[] original, string copy, Exception cause)
    {
        try
        {
            // Not to be given up half-way because somebody is impatient.
            await repository.Backend.ReplaceAsync(FileHandle.Config, original, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BackendException exception)
        {
            return new BackendException(
                $"The new config could not be saved, and the old one not be put back: {exception.Message} Save {copy} as the repository's file «config» before anything else.",
                isTransient: false,
                cause);
        }

        return new BackendException(
            $"The new config could not be saved; the old one was put back, and a copy of it is in {copy}. {cause.Message}", isTransient: false, cause);
    }
}
