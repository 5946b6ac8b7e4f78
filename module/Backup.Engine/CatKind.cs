namespace Backup.Engine;

/// <summary>Objects of a repository that can be looked at.</summary>
public enum CatKind
{
    /// <summary>The config document.</summary>
    Config,

    /// <summary>An index document.</summary>
    Index,

    /// <summary>A snapshot document.</summary>
    Snapshot,

    /// <summary>A key document: the parameters and the master key under the password's lock.</summary>
    Key,

    /// <summary>A lock document.</summary>
    Lock,

    /// <summary>A pack as it is stored.</summary>
    Pack,

    /// <summary>The content of a blob.</summary>
    Blob,

    /// <summary>The tree of a snapshot, or of a folder in it, as a document.</summary>
    Tree,

    /// <summary>The master key itself. Whoever has it can read everything; there is no way to change it.</summary>
    MasterKey,
}
