namespace Backup.Engine;

/// <summary>A file that a backend has, as its listing gives it.</summary>
/// <param name="Handle">Its kind and name.</param>
/// <param name="Size">Its size in bytes.</param>
public readonly record struct BackendFile(FileHandle Handle, long Size);
