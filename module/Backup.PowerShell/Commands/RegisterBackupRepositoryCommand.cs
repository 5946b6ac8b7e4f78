using System.Management.Automation;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Remembers a repository by a name: where it is and where its password is kept, never the password.</summary>
[Cmdlet(
    VerbsLifecycle.Register, "BackupRepository", DefaultParameterSetName = NoneSet,
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(BackupRepository))]
public sealed class RegisterBackupRepositoryCommand : ConnectionCommand
{
    private const string NoneSet = "None";
    private const string SecretSet = "Secret";
    private const string FileSet = "PasswordFile";
    private const string CommandSet = "PasswordCommand";

    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The name: letters, digits, - _ and periods.")]
    public string Name { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1, HelpMessage = "Where the repository is. It need not exist yet.")]
    [Alias("Location")]
    [RepositoryTransform]
    public new RepositoryReference? Repository
    {
        get => base.Repository;
        set => base.Repository = value;
    }

    [Parameter(Mandatory = true, ParameterSetName = SecretSet, HelpMessage = "The secret with the password that Get-Secret of Microsoft.PowerShell.SecretManagement gives.")]
    public string? SecretName { get; set; }

    [Parameter(HelpMessage = "The secret, a PSCredential, that says who you are at the place: user and password for rest:, the id of an access key and its secret for s3:.")]
    public string? CredentialSecretName { get; set; }

    [Parameter(HelpMessage = "The vault that has the secrets. Default: any.")]
    public string? Vault { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = FileSet, HelpMessage = "A file with the password; only its owner should be able to read it.")]
    public string? PasswordFile { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = CommandSet, HelpMessage = "A program, with its arguments, that prints the password. It is run without a shell.")]
    public string? PasswordCommand { get; set; }

    [Parameter(HelpMessage = "Replace a registration of the same name.")]
    public SwitchParameter Force { get; set; }

    [Parameter(HelpMessage = "Give what was registered.")]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (!RegistrationStore.IsName(Name))
        {
            Refuse("NameInvalid", ErrorCategory.InvalidArgument, $"«{Name}» could be a location, so it can't be a name: use letters, digits, - _ and periods.", Name);
        }

        if (Password is not null)
        {
            Refuse(
                "PasswordNotKept",
                ErrorCategory.InvalidArgument,
                "A password is not written down. Use -SecretName, -PasswordFile or -PasswordCommand to say where it is kept.");
        }

        if (!Force && Registrations(store => store.Find(Name)) is { } present)
        {
            Refuse("NameTaken", ErrorCategory.ResourceExists, $"{Name} is registered already, for {present.Location}. Use -Force to replace it.", Name);
        }

        ConnectionSettings connection = Connection;
        var registration = new Registration
        {
            Name = Name,
            Location = Resolve(Repository?.Repository?.Location ?? Repository?.Text ?? ""),
            SecretName = SecretName,
            CredentialSecretName = CredentialSecretName,
            Vault = Vault,
            PasswordFile = PasswordFile is null ? null : new SourcePaths(this).Target(PasswordFile),
            PasswordCommand = PasswordCommand,
            Connection = connection == new ConnectionSettings() ? null : connection,
        };
        if (LocationSyntax.WithoutSecret(registration.Location) != registration.Location)
        {
            Refuse(
                "LocationHasSecret",
                ErrorCategory.InvalidArgument,
                "The location has a user name or password in it, which would be written down. Leave them out, and use -CredentialSecretName, or set BACKUP_REST_USERNAME and BACKUP_REST_PASSWORD.");
        }

        if (connection.SecretOptions.FirstOrDefault() is { } secret)
        {
            Refuse(
                "OptionHasSecret",
                ErrorCategory.InvalidArgument,
                $"The option {secret} would be written down. Leave it out, and use -CredentialSecretName, or what AWS tools read.");
        }

        if (MayChange(registration.Location, $"Register as {Name}", out _))
        {
            Registrations(store =>
            {
                store.Save(registration);
                return true;
            });
            if (PassThru)
            {
                WriteObject(new BackupRepository(registration));
            }
        }
    }
}
