using System.Management.Automation;
using System.Management.Automation.Provider;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Provider;

/// <summary>Snapshots as a drive: <c>Backup:/latest/home/ann</c>. It can only be read.</summary>
[CmdletProvider("Backup", ProviderCapabilities.None)]
[OutputType(typeof(BackupSnapshot), typeof(BackupItem), ProviderCmdlet = "Get-ChildItem")]
[OutputType(typeof(BackupSnapshot), typeof(BackupItem), ProviderCmdlet = "Get-Item")]
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "PowerShell disposes no provider; the source has neither a timer nor a wait handle.")]
public sealed class BackupProvider : NavigationCmdletProvider, IContentCmdletProvider
{
    private const string ReadOnly = "Snapshots can't be changed.";

    // A provider object lives for one call.
    private readonly CancellationTokenSource _stop = new();

    /// <inheritdoc/>
    public IContentReader GetContentReader(string path)
    {
        (BackupDriveInfo drive, Snapshot? snapshot, BackupItem? item) = Require(path);
        if (snapshot is null || item is null || item.Type != NodeType.File)
        {
            throw new PSNotSupportedException("Only files have content.");
        }

        return new ItemContentReader(drive.Repository, snapshot, item.Path, DynamicParameters as ContentParameters ?? new ContentParameters(), _stop.Token);
    }

    /// <inheritdoc/>
    public object GetContentReaderDynamicParameters(string path) => new ContentParameters();

    /// <inheritdoc/>
    public IContentWriter GetContentWriter(string path) => throw new PSNotSupportedException(ReadOnly);

    /// <inheritdoc/>
    public object? GetContentWriterDynamicParameters(string path) => null;

    /// <inheritdoc/>
    public void ClearContent(string path) => throw new PSNotSupportedException(ReadOnly);

    /// <inheritdoc/>
    public object? ClearContentDynamicParameters(string path) => null;

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    protected override PSDriveInfo NewDrive(PSDriveInfo drive) => drive switch
    {
        null => throw new PSArgumentNullException(nameof(drive)),
        BackupDriveInfo made => made, // by Mount-BackupRepository
        _ => (DynamicParameters as DriveParameters)?.Connection is { } connection
            ? new BackupDriveInfo(drive.Name, drive.Provider, connection)
            : throw new PSNotSupportedException(
                "No repository is connected as the default one, or of that name. Connect it, or use Mount-BackupRepository, which opens it, too."),
    };

    /// <inheritdoc/>
    protected override object NewDriveDynamicParameters() => new DriveParameters();

    /// <inheritdoc/>
    protected override PSDriveInfo RemoveDrive(PSDriveInfo drive)
    {
        (drive as BackupDriveInfo)?.Forget();
        return drive;
    }

    /// <inheritdoc/>
    protected override bool IsValidPath(string path) => path is not null;

    /// <inheritdoc/>
    protected override bool ItemExists(string path) => TryFind(path, out _, out _, out _);

    /// <inheritdoc/>
    protected override bool IsItemContainer(string path) =>
        TryFind(path, out _, out _, out BackupItem? item) && (item is null || item.IsContainer);

    /// <inheritdoc/>
    protected override bool HasChildItems(string path) =>
        TryFind(path, out BackupDriveInfo? drive, out Snapshot? snapshot, out BackupItem? item)
        && (snapshot is null ? drive.Snapshots(anew: false, _stop.Token).Count > 0
            : item is null || item.IsContainer ? drive.Children(snapshot, item?.Path ?? "/", _stop.Token).Count > 0
            : false);

    /// <inheritdoc/>
    protected override void GetItem(string path)
    {
        (BackupDriveInfo drive, Snapshot? snapshot, BackupItem? item) = Require(path);
        if (item is not null)
        {
            WriteItemObject(item, path, item.IsContainer);
        }
        else if (snapshot is not null)
        {
            WriteItemObject(new BackupSnapshot(snapshot, drive.Repository.Location), path, isContainer: true);
        }
        else
        {
            WriteItemObject(drive.Repository, path, isContainer: true);
        }
    }

    /// <inheritdoc/>
    protected override void GetChildItems(string path, bool recurse) => GetChildItems(path, recurse, uint.MaxValue);

    /// <inheritdoc/>
    protected override void GetChildItems(string path, bool recurse, uint depth)
    {
        (BackupDriveInfo drive, Snapshot? snapshot, BackupItem? item) = Require(path);
        if (snapshot is null)
        {
            foreach (Snapshot each in ListSnapshots(drive))
            {
                if (Stopping)
                {
                    return;
                }

                string child = MakePath(path, each.Id.ToShortString());
                WriteItemObject(new BackupSnapshot(each, drive.Repository.Location), child, isContainer: true);
                if (recurse && depth > 0)
                {
                    WriteChildren(drive, each, "/", child, recurse, depth - 1);
                }
            }
        }
        else if (item is { IsContainer: false })
        {
            WriteItemObject(item, path, isContainer: false);
        }
        else
        {
            WriteChildren(drive, snapshot, item?.Path ?? "/", path, recurse, depth);
        }
    }

    /// <inheritdoc/>
    protected override void GetChildNames(string path, ReturnContainers returnContainers)
    {
        (BackupDriveInfo drive, Snapshot? snapshot, BackupItem? item) = Require(path);
        if (snapshot is null)
        {
            foreach (Snapshot each in ListSnapshots(drive))
            {
                string name = each.Id.ToShortString();
                WriteItemObject(name, MakePath(path, name), isContainer: true);
            }

            return;
        }

        foreach (BackupItem child in item is { IsContainer: false } ? [item] : drive.Children(snapshot, item?.Path ?? "/", _stop.Token))
        {
            WriteItemObject(child.Name, MakePath(path, child.Name), child.IsContainer);
        }
    }

    /// <summary>The snapshots; for each that can't be read there is an error.</summary>
    private IReadOnlyList<Snapshot> ListSnapshots(BackupDriveInfo drive)
    {
        IReadOnlyList<Snapshot> snapshots = drive.Snapshots(Force, _stop.Token);
        foreach (RepositoryDamagedException damage in drive.Damaged)
        {
            WriteError(new ErrorRecord(damage, damage.ErrorId, ErrorCategory.InvalidData, drive.Repository));
        }

        return snapshots;
    }

    private void WriteChildren(BackupDriveInfo drive, Snapshot snapshot, string folder, string path, bool recurse, uint depth)
    {
        foreach (BackupItem child in drive.Children(snapshot, folder, _stop.Token))
        {
            if (Stopping)
            {
                return;
            }

            string childPath = MakePath(path, child.Name);
            WriteItemObject(child, childPath, child.IsContainer);
            if (recurse && depth > 0 && child.IsContainer)
            {
                WriteChildren(drive, snapshot, child.Path, childPath, recurse, depth - 1);
            }
        }
    }

    private (BackupDriveInfo Drive, Snapshot? Snapshot, BackupItem? Item) Require(string path) =>
        TryFind(path, out BackupDriveInfo? drive, out Snapshot? snapshot, out BackupItem? item)
            ? (drive, snapshot, item)
            : throw new System.Management.Automation.ItemNotFoundException($"There is no {path} on the drive.");

    /// <summary>Finds what a path names: the root has no snapshot, a snapshot no item.</summary>
    private bool TryFind(
        string path,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BackupDriveInfo? drive,
        out Snapshot? snapshot,
        out BackupItem? item)
    {
        (snapshot, item) = (null, null);
        DrivePath place = DrivePath.Parse(path);
        drive = PSDriveInfo as BackupDriveInfo
            ?? ProviderInfo.Drives.OfType<BackupDriveInfo>().FirstOrDefault(each => each.Root.Equals(place.Root, StringComparison.OrdinalIgnoreCase));
        if (drive is null || place.Snapshot.Length == 0)
        {
            return drive is not null;
        }

        snapshot = drive.Snapshot(place.Snapshot, _stop.Token);
        if (snapshot is null || place.Path == "/")
        {
            return snapshot is not null;
        }

        item = Walk(drive, snapshot, place.Path);
        return item is not null;
    }

    /// <summary>Goes down folder by folder: each name exactly if it is there, else the only one that differs in case.</summary>
    private BackupItem? Walk(BackupDriveInfo drive, Snapshot snapshot, string path)
    {
        string folder = "/";
        BackupItem? item = null;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (item is { IsContainer: false })
            {
                return null;
            }

            IReadOnlyList<BackupItem> children = drive.Children(snapshot, folder, _stop.Token);
            BackupItem[] similar = [.. children.Where(child => child.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
            item = similar.FirstOrDefault(child => child.Name == name) ?? (similar.Length == 1 ? similar[0] : null);
            if (item is null)
            {
                return null;
            }

            folder = item.Path;
        }

        return item;
    }
}
