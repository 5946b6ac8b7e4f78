namespace Backup.Engine;

/// <summary>What became of an item of a restore, or would become of it in a dry run.</summary>
public enum RestoreItemAction
{
    /// <summary>It was made: nothing of its name and kind was there before, or it isn't a file.</summary>
    Restored,

    /// <summary>A file was there with other content and was replaced.</summary>
    Updated,

    /// <summary>A file was there with the same content; at most its metadata were set.</summary>
    Unchanged,

    /// <summary>Something was there and is left alone, as the overwrite mode demands.</summary>
    Kept,

    /// <summary>It was in the target but not in the snapshot, and is deleted.</summary>
    Deleted,

    /// <summary>It could not be restored; the result's errors say why.</summary>
    Failed,
}
