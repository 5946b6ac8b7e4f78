using System.Collections.Concurrent;
using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Creates a repository, and connects to it.</summary>
[Cmdlet(
    VerbsCommon.New, "BackupRepository",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupRepository))]
public sealed class NewBackupRepositoryCommand : SessionCommand
{
    [Parameter(Position = 0, HelpMessage = "Where to create it: a folder that is empty or not there, or the location of a server. Default: $env:BACKUP_REPOSITORY.")]
    [Alias("Location", "Name")]
    [RepositoryTransform]
    public new RepositoryReference? Repository
    {
        get => base.Repository;
        set => base.Repository = value;
    }

    [Parameter(HelpMessage = "The format's version: 2, or 1 without compression, for very old programs.")]
    [ValidateRange(1, 2)]
    public int FormatVersion { get; set; } = 2;

    [Parameter(HelpMessage = "How hard to compress what is written.")]
    public CompressionLevel Compression { get; set; }

    [Parameter(HelpMessage = "The repository whose deduplication to share: files are cut at the same places, so copying between both stores nothing twice.")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public RepositoryReference? CopyChunkerFrom { get; set; }

    [Parameter(HelpMessage = "The repository of which this is to be a replica, for Sync-BackupRepository: it shares the keys that data is encrypted with, under a password of its own.")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public RepositoryReference? ReplicaOf { get; set; }

    protected override void ProcessRecord()
    {
        RepositoryPlace place = FindPlace();
        place = place with { Connection = Connection.Or(place.Connection) };
        if (!MayChange(place.Name, "Create repository", out _))
        {
            return;
        }

        ulong? polynomial = ChunkerOf(CopyChunkerFrom, nameof(CopyChunkerFrom));
        BackupRepository? original = ReplicaOf is null ? null : Other(ReplicaOf, nameof(ReplicaOf));
        var warnings = new ConcurrentQueue<string>();
        var options = new RepositoryOptions
        {
            Location = place.Location,
            Version = original?.FormatVersion ?? FormatVersion,
            Compression = Compression,
            ChunkerPolynomial = polynomial,
            Warn = warnings.Enqueue,
        };
        options = Reach(place, options, Login);
        using Password password = FindPassword(place, Password, isNew: true);
        options = options with { Password = password.Bytes };
        Repository engine = Run(place.Name, (_, token) => CreateAsync(options, original, token));
        BackupRepository repository = new(place.Name, engine, warnings);
        Begin(repository);
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
}
