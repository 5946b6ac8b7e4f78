using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Changes an old repository to the current format, which older programs can't read.</summary>
[Cmdlet(VerbsData.Update, "BackupRepository", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(UpdateResult))]
public sealed class UpdateBackupRepositoryCommand : RepositoryCommand
{
    private const int Current = 2;

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        (int before, IReadOnlyList<string> migrations) = Work(
            repository, isWriting: false, (engine, _, _) => Task.FromResult((engine.Config.Version, engine.Migrations)));
        if (migrations.Count == 0)
        {
            WriteVerbose($"{repository.Name} has the current format.");
            WriteObject(new UpdateResult(repository.Location, before, before, IsDryRun: false));
            return;
        }

        if (MayChange(repository.Name, $"Check it, and change its format from version {before} to {Current}, which older programs can't read", out bool isDryRun))
        {
            int now = Work(repository, isWriting: true, (engine, bus, token) => UpdateAsync(engine, migrations, bus, token));
            repository.HasVersion(now);
            WriteObject(new UpdateResult(repository.Location, now, before, IsDryRun: false));
        }
        else if (isDryRun)
        {
            WriteObject(new UpdateResult(repository.Location, Current, before, IsDryRun: true));
        }
    }

    private static async Task<int> UpdateAsync(Repository engine, IReadOnlyList<string> migrations, PipelineBus bus, CancellationToken cancellationToken)
    {
        foreach (string migration in migrations)
        {
            await engine.MigrateAsync(migration, new ProgressRelay<CheckProgress>(bus, ProgressTexts.Of), cancellationToken).ConfigureAwait(false);
        }

        return engine.Config.Version;
    }
}
