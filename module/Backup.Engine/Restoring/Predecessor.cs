namespace Backup.Engine.Restoring;

/// <summary>What is where an item is to be.</summary>
internal enum Predecessor
{
    /// <summary>Nothing, and nothing may be replaced that comes meanwhile.</summary>
    None,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A link, a device or the like.</summary>
    Other,

    /// <summary>A directory, which has to go first.</summary>
    Directory,
}
