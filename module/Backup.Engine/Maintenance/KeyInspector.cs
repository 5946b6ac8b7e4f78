using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>Reads config and key files: while a repository is open nobody needs them, and then nobody gets in.</summary>
internal sealed class KeyInspector(OpenedRepository repository, CheckLog log)
{
    /// <summary>Inspects all.</summary>
    public async Task InspectAsync(CancellationToken cancellationToken)
    {
        await InspectConfigAsync(cancellationToken).ConfigureAwait(false);
        await foreach (BackendFile file in repository.Backend.ListAsync(FileKind.Key, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                byte[] json = await repository.Backend.LoadAsync(file.Handle, KeyFile.MaxLength, cancellationToken)
                    .ConfigureAwait(false);
                if (Digest.Of(json) != file.Handle.Name)
                {
                    ReportKey(file.Handle, "Its content has another SHA-256 than its name says.");
                    continue;
                }

                KeyFile.Decode(json, file.Handle.Name);
            }
            catch (BackupException exception) when (exception is RepositoryDamagedException or BackendException)
            {
                ReportKey(file.Handle, exception.Message);
            }
        }
    }

    private async Task InspectConfigAsync(CancellationToken cancellationToken)
    {
        string? fault = null;
        try
        {
            byte[] json = await repository.LoadUnpackedAsync(FileKind.Config, default, cancellationToken).ConfigureAwait(false);
            fault = ConfigFile.Decode(json) == repository.Config ? null : "It is not the one with which the repository was opened.";
        }
        catch (BackupException exception) when (exception is RepositoryDamagedException or BackendException)
        {
            fault = exception.Message;
        }

        if (fault is not null)
        {
            Report(CheckProblemKind.ConfigUnreadable, FileHandle.Config, $"The config is damaged. {fault} Bring it back from a copy of the repository, or make a new one with {Remedy.RepairConfig}.");
        }
    }

    private void ReportKey(FileHandle file, string what) => Report(
        CheckProblemKind.KeyUnreadable,
        file,
        $"The key {file.Name} is damaged. {what} Add a new key with another one that works, then remove this one.");

    private void Report(CheckProblemKind kind, FileHandle file, string message) => log.Add(new CheckProblem
    {
        Kind = kind,
        Severity = CheckSeverity.Error,
        File = file,
        Message = message,
    });
}
