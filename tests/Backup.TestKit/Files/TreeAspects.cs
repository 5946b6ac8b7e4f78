namespace Backup.TestKit.Files;

/// <summary>What a comparison of two trees looks at besides names, kinds and contents.</summary>
[Flags]
public enum TreeAspects
{
    None = 0,
    Mode = 1,
    Owner = 2,
    ModTime = 4,
    Attributes = 8,
    HardLinks = 16,

    /// <summary>Hard links between what is no file: restic restores those as separate items.</summary>
    HardLinksOfSpecials = 32,

    /// <summary>Sockets: restic stores them, but does not restore them.</summary>
    Sockets = 64,

    /// <summary>Mode, owner, times and attributes of the top folder itself.</summary>
    Top = 128,

    All = Mode | Owner | ModTime | Attributes | HardLinks | HardLinksOfSpecials | Sockets | Top,

    /// <summary>All that restic brings back.</summary>
    RestoredByRestic = Mode | Owner | ModTime | Attributes | HardLinks | Top,
}
