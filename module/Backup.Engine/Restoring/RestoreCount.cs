namespace Backup.Engine.Restoring;

/// <summary>What <see cref="RestoreLog"/> counts; most are described in <see cref="RestoreSummary"/>.</summary>
internal enum RestoreCount
{
    Items,
    ItemsDone,
    ItemsKept,
    ItemsDeleted,
    FilesRestored,
    FilesUpdated,
    FilesUnchanged,
    FilesVerified,
    HardLinks,
    Directories,
    OtherItems,
    BytesTotal,

    /// <summary>Bytes written, also of files that are not complete yet.</summary>
    BytesDone,
    BytesRestored,
    BytesReused,
    BytesSkipped,
    BytesFetched,
    Errors,
    Notes,
}
