namespace Backup.Engine;

/// <summary>A snapshot and a folder in it: what people write as <c>SNAPSHOT:PATH</c>.</summary>
/// <param name="Snapshot">An id, the beginning of an id, or <c>latest</c>.</param>
/// <param name="Folder">Parts separated by <c>/</c>, with or without a leading one; empty for the root.</param>
public sealed record SnapshotPath(string Snapshot, string Folder)
{
    /// <summary>The word for the newest snapshot.</summary>
    public const string Latest = "latest";

    /// <summary>Reads <c>SNAPSHOT</c> or <c>SNAPSHOT:PATH</c>. The path may contain further colons.</summary>
    public static SnapshotPath Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new SnapshotPath(text, "") : new SnapshotPath(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>As people write it.</summary>
    public override string ToString() => Folder.Length == 0 ? Snapshot : $"{Snapshot}:{Folder}";
}
