using System.Collections.Concurrent;
using System.Management.Automation;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Commands;

/// <summary>Creates a repository, and connects to it.</summary>
[Cmdlet(
    VerbsCommon.New, "BackupRepository",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = Help.Uri + "New-BackupRepository.md")]
[OutputType(typeof(BackupRepository))]
public sealed class NewBackupRepositoryCommand : RepositoryCommand
{
    [Parameter(Position = 0, HelpMessage = "Where to create it: a folder that is empty or not there, or the location of a server. Default: $env:BACKUP_REPOSITORY.")]
    [Alias("Location", "Name")]
    [RepositoryTransform]
    public new RepositoryReference? Repository
    {
        get => base.Repository;
        set => base.Repository = value;
    }

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

    protected override void ProcessRecord()
    {
        RepositoryPlace place = FindPlace();
        if (!MayChange(place.Name, "Create repository", out _))
        {
            return;
        }

        ulong? polynomial = CopyChunkerFrom is { Repository: { IsConnected: true } other }
            ? Work(other, isWriting: false, (engine, _, _) => Task.FromResult(engine.Config.ChunkerPolynomial))
            : null;
        if (polynomial is null && CopyChunkerFrom is not null)
        {
            Refuse(
                "RepositoryClosed",
                ErrorCategory.InvalidArgument,
                "-CopyChunkerFrom takes a repository that is connected: what Connect-BackupRepository -NotDefault gives.",
                CopyChunkerFrom.Text);
        }

        var warnings = new ConcurrentQueue<string>();
        using Password password = FindPassword(place, isNew: true);
        Repository engine = Run(place.Name, (_, token) => Engine.Repository.CreateAsync(
            new RepositoryOptions
            {
                Location = place.Location,
                Password = password.Bytes,
                Version = FormatVersion,
                Compression = Compression,
                ChunkerPolynomial = polynomial,
                Warn = warnings.Enqueue,
                Connection = ConnectionOptions.FromEnvironment(Settings),
            },
            token));
        BackupRepository repository = new(place.Name, engine, warnings);
        SessionStore.Current.Add(repository, asDefault: !NotDefault);
        WriteObject(repository);
    }
}
