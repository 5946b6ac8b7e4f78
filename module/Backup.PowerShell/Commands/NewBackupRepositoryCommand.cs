using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Creates a repository, and connects to it.</summary>
[Cmdlet(
    VerbsCommon.New, "BackupRepository",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupRepository))]
public sealed class NewBackupRepositoryCommand : ConnectionCommand
{
    [Parameter(Position = 0, HelpMessage = "Where to create it: a folder that is empty or not there, or the location of a server. Default: $env:BACKUP_REPOSITORY.")]
    [Alias("Location", "Name")]
    [RepositoryTransform]
    public new RepositoryReference? Repository
    {
        get => base.Repository;
        set => base.Repository = value;
    }

    [Parameter(HelpMessage = "Who you are at the place, not the repository's password: user and password for rest:, the id of an access key and its secret for s3:. Default: the registered secret, else the environment's.")]
    [Credential]
    public PSCredential? Credential { get; set; }

    [Parameter(HelpMessage = "Leave the default as it is: the following commands need -Repository.")]
    public SwitchParameter NotDefault { get; set; }

    [Parameter(HelpMessage = "The format's version: 2, or 1 without compression, for very old programs.")]
    [ValidateRange(1, 2)]
    public int FormatVersion { get; set; } = 2;

    [Parameter(HelpMessage = "How hard to compress what is written.")]
    public CompressionLevel Compression { get; set; }

    [Parameter(HelpMessage = "The repository whose deduplication to share: files are cut at the same places, so copying between both stores nothing twice.")]
    [RepositoryTransform]
    public RepositoryReference? CopyChunkerFrom { get; set; }

    [Parameter(HelpMessage = "The repository of which this is to be a replica, for Sync-BackupRepository: it shares the keys that data is encrypted with, under a password of its own.")]
    [RepositoryTransform]
    public RepositoryReference? ReplicaOf { get; set; }

    protected override void ProcessRecord()
    {
        RepositoryPlace place = FindPlace();
        place = place with { Connection = Connection.Or(place.Connection) };
        if (!MayChange(place.Name, "Create repository", out _))
        {
            return;
        }

        ulong? polynomial = null;
        if (CopyChunkerFrom is not null)
        {
            polynomial = Work(
                OtherThatIsOpen(CopyChunkerFrom, nameof(CopyChunkerFrom)), isWriting: false, (engine, _, _) => Task.FromResult(engine.Config.ChunkerPolynomial));
        }

        BackupRepository? original = ReplicaOf is null ? null : OtherThatIsOpen(ReplicaOf, nameof(ReplicaOf));
        var warnings = new ConcurrentQueue<string>();
        var options = new RepositoryOptions
        {
            Location = place.Location,
            Version = original?.FormatVersion ?? FormatVersion,
            Compression = Compression,
            ChunkerPolynomial = polynomial,
            Warn = warnings.Enqueue,
        };
        options = Reach(place, options, LoginOf(Credential));
        using Password password = FindPassword(place, Password, isNew: true);
        options = options with { Password = password.Bytes };
        Repository engine = Run(place.Name, (_, token) => CreateAsync(options, original, token));
        BackupRepository repository = new(place.Name, engine, warnings);
        SessionStore.Current.Add(repository, asDefault: !NotDefault);
        WriteObject(repository);
    }

    private static async Task<Repository> CreateAsync(RepositoryOptions options, BackupRepository? original, CancellationToken cancellationToken)
    {
        if (original is null)
        {
            return await Engine.Repository.CreateAsync(options, cancellationToken).ConfigureAwait(false);
        }

        using RepositoryLease lease = original.Read();
        return await Engine.Repository.CreateReplicaAsync(lease.Engine, options, cancellationToken).ConfigureAwait(false);
    }

    private BackupRepository OtherThatIsOpen(RepositoryReference reference, string parameter)
    {
        if (reference.Repository is not { IsConnected: true } other)
        {
            Refuse(
                "RepositoryClosed",
                ErrorCategory.InvalidArgument,
                $"-{parameter} takes a repository that is connected: what Connect-BackupRepository -NotDefault gives.",
                reference.Text);
            throw new UnreachableException();
        }

        return other;
    }
}
