namespace Backup.Engine.Restoring.Targets;

/// <summary>What makes two names the same file.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file in it.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);
