using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say from which other repository snapshots are copied, and how it is opened.</summary>
internal sealed class SourceRepositoryOptions
{
    private const string Infix = "FROM_";

    private readonly Option<string?> _repository = new("--from-repo", "--from-repository")
    {
        Description = "The repository to copy from ($BACKUP_FROM_REPOSITORY, $RESTIC_FROM_REPOSITORY)",
        HelpName = "location",
    };

    private readonly Option<string?> _repositoryFile = new("--from-repository-file")
    {
        Description = "A file that says where it is ($BACKUP_FROM_REPOSITORY_FILE, $RESTIC_FROM_REPOSITORY_FILE)",
        HelpName = "file",
    };

    private readonly Option<string?> _passwordFile = new("--from-password-file")
    {
        Description = "A file with its password ($BACKUP_FROM_PASSWORD_FILE, $RESTIC_FROM_PASSWORD_FILE)",
        HelpName = "file",
    };

    private readonly Option<string?> _passwordCommand = new("--from-password-command")
    {
        Description = "A program that prints its password ($BACKUP_FROM_PASSWORD_COMMAND, $RESTIC_FROM_PASSWORD_COMMAND)",
        HelpName = "command",
    };

    private readonly Flag _noPassword = new("--from-insecure-no-password") { Description = "Its password is empty" };

    public Option[] All => [_repository, _repositoryFile, _passwordFile, _passwordCommand, _noPassword];

    /// <summary>Opens it.</summary>
    /// <exception cref="UsageException">Nobody says which it is.</exception>
    public async Task<Repository> OpenAsync(VerbRun run)
    {
        string location = GlobalOptions.LocationOf(
            run.Value(_repository), run.Value(_repositoryFile), SettingsOf(run), "--from-repo", "--from-repository-file")
            ?? throw new UsageException("Which repository to copy from? Use --from-repo, or set BACKUP_FROM_REPOSITORY.");
        PasswordPlace place = GlobalOptions.Consistent(
            new PasswordPlace(run.Value(_passwordFile), run.Value(_passwordCommand), run.Value(_noPassword)));
        return await run.OpenAsync(
            run.CommonOptions with { Location = location },
            place,
            new PasswordSource(run.Terminal, SettingsOf(run), run.Session.Interruption)
            {
                RepositoryName = "source repository",
                Advice = "Say that of the source: --from-password-file or --from-password-command, or set BACKUP_FROM_PASSWORD_FILE.",
            });
    }

    /// <summary>The environment as the other repository sees it: BACKUP_FROM_X and RESTIC_FROM_X.</summary>
    private static EnvironmentSettings SettingsOf(VerbRun run) => new(name =>
        EnvironmentSettings.Prefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
            ? run.Session.Settings.Exact(prefix + Infix + name[prefix.Length..])
            : null);
}
