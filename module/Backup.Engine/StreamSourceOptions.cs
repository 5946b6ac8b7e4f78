namespace Backup.Engine;

/// <summary>A single file whose content comes from a stream, such as the standard input.</summary>
public sealed record StreamSourceOptions
{
    /// <summary>The content. It is read once, to its end, and not closed. If there is none, no snapshot is made.</summary>
    public required Stream Content { get; init; }

    /// <summary>The file's name in the snapshot; a path puts it into directories.</summary>
    public string FileName { get; init; } = "stdin";

    /// <summary>The file's modification time; null: when the backup begins.</summary>
    public DateTimeOffset? ModTime { get; init; }
}
