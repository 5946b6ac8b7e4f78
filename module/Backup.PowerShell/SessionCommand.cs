using System.Management.Automation;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell;

/// <summary>The base of cmdlets that connect to a repository.</summary>
public abstract class SessionCommand : ConnectionCommand
{
    [Parameter(HelpMessage = "Who you are at the place, not the repository's password: user and password for rest:, the id of an access key and its secret for s3:. Default: the registered secret, else the environment's.")]
    [Credential]
    public PSCredential? Credential { get; set; }

    [Parameter(HelpMessage = "Leave the default as it is: the following commands need -Repository.")]
    public SwitchParameter NotDefault { get; set; }

    /// <summary>Who we are at the place; null if only a registration or the environment says it.</summary>
    internal BackendLogin? Login => Credential is null ? null : new BackendLogin(Credential.UserName, Credential.GetNetworkCredential().Password);

    /// <summary>Keeps a connection for the following commands, and gives it.</summary>
    internal void Begin(BackupRepository repository)
    {
        SessionStore.Current.Add(repository, asDefault: !NotDefault);
        WriteObject(repository);
    }
}
