using System.Management.Automation;
using System.Text;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Content;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Commands;

/// <summary>Gives the content of files of a snapshot, as Get-Content does of files on a disk.</summary>
[Cmdlet(VerbsCommon.Get, "BackupItemContent")]
[OutputType(typeof(string), typeof(byte), typeof(byte[]))]
public sealed class GetBackupItemContentCommand : SnapshotItemCommand
{
    [Parameter(
        Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true,
        HelpMessage = "Paths of files in the snapshot, taken as they are written.")]
    [ArgumentCompleter(typeof(ItemPathCompleter))]
    public string[] Path { get; set; } = [];

    [Parameter(HelpMessage = "Give the whole content as one text or, with -AsByteStream, one array of bytes.")]
    public SwitchParameter Raw { get; set; }

    [Parameter(HelpMessage = "Give bytes, not text.")]
    public SwitchParameter AsByteStream { get; set; }

    [Parameter(HelpMessage = "The encoding of text that has no mark at its beginning. Default: utf8.")]
    [EncodingTransform]
    public Encoding Encoding { get; set; } = Encoding.UTF8;

    protected override void ProcessRecord()
    {
        BackupRepository repository = Open();
        (Snapshot snapshot, IReadOnlyList<string> paths) = Find(repository, Path);
        ContentShape shape = ContentShapes.Of(AsByteStream, Raw);
        foreach (string path in paths)
        {
            var options = new DumpOptions { Snapshot = snapshot.Id.ToString(), Path = path, FilesOnly = true };
            Exception? exception = TryWork(
                repository,
                isWriting: false,
                async (engine, bus, token) =>
                {
                    using var writer = new ContentWriter(bus.Emit, shape, Encoding);
                    await engine.DumpAsync(options, writer, progress: null, token).ConfigureAwait(false);
                    writer.Complete();
                });
            if (exception is Engine.ItemNotFoundException or ArgumentException)
            {
                Fail(ErrorMap.Of(exception, path)); // the others may be there
            }
            else if (exception is not null)
            {
                Stop(exception, path);
            }
        }
    }
}
