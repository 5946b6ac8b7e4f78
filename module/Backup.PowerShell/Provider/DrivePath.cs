namespace Backup.PowerShell.Provider;

/// <summary>A path on a drive, taken apart: the drive's root, the snapshot's folder, and the path in the snapshot.</summary>
/// <param name="Root">The root, by which the drive is found.</param>
/// <param name="Snapshot">The name of the snapshot's folder; empty for the root of the drive.</param>
/// <param name="Path">The absolute path in the snapshot; <c>/</c> for its root.</param>
internal readonly record struct DrivePath(string Root, string Snapshot, string Path)
{
    /// <summary>Takes a path apart. Both kinds of separators count: PowerShell turns one into the other.</summary>
    public static DrivePath Parse(string path)
    {
        string[] parts = path.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        return new DrivePath(
            parts.Length > 0 ? parts[0] : "",
            parts.Length > 1 ? parts[1] : "",
            "/" + string.Join('/', parts.Skip(2)));
    }
}
