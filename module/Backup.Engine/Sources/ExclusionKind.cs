namespace Backup.Engine.Sources;

/// <summary>Kinds of rules that exclude entries.</summary>
internal enum ExclusionKind : byte
{
    /// <summary>Not excluded.</summary>
    None,

    /// <summary>One of the directories that are never backed up.</summary>
    Directory,

    /// <summary>A pattern.</summary>
    Pattern,

    /// <summary>A pattern that ignores case.</summary>
    InsensitivePattern,

    /// <summary>Not on the targets' file systems.</summary>
    FileSystem,

    /// <summary>Too large.</summary>
    Size,

    /// <summary>In a marked directory.</summary>
    TagFile,

    /// <summary>Sockets are of no use without their process.</summary>
    Socket,
}
