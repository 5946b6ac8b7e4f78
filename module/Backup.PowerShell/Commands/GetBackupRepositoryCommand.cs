using System.Management.Automation;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Lists the repositories that are connected or registered.</summary>
[Cmdlet(VerbsCommon.Get, "BackupRepository")]
[OutputType(typeof(BackupRepository))]
public sealed class GetBackupRepositoryCommand : BackupCommand
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, HelpMessage = "Names, with wildcards. Default: all.")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public string[] Name { get; set; } = ["*"];

    [Parameter(HelpMessage = "Only those that are connected in this session.")]
    public SwitchParameter Connected { get; set; }

    protected override void ProcessRecord()
    {
        IReadOnlyList<BackupRepository> connected = SessionStore.Current.Connections;
        IEnumerable<BackupRepository> registered = Connected
            ? []
            : Run("registered repositories", (_, _) => Task.FromResult(RegistrationStore.OfUser.Load()))
                .Where(each => !connected.Any(open => string.Equals(open.Name, each.Name, StringComparison.OrdinalIgnoreCase)))
                .Select(each => new BackupRepository(each));
        BackupRepository[] all = [.. connected, .. registered];
        foreach (string name in Name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            BackupRepository[] matching = [.. all.Where(each => pattern.IsMatch(each.Name))];
            WriteObject(matching, enumerateCollection: true);
            if (matching.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                Fail(ErrorMap.Of(
                    new CommandException(
                        "RepositoryNotFound", ErrorCategory.ObjectNotFound, $"No repository is connected or registered as «{name}»."),
                    name));
            }
        }
    }
}
