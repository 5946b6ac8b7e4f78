namespace Backup.Engine;

/// <summary>
/// A single file whose content is what a command writes to its standard output, such as the dump of a database. If the
/// command fails, no snapshot is made.
/// </summary>
public sealed record CommandSourceOptions
{
    /// <summary>
    /// The program and its arguments. No shell is involved, so nothing in them is special. They appear in no snapshot and no
    /// message but the program's name.
    /// </summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The file's name in the snapshot; a path puts it into directories.</summary>
    public string FileName { get; init; } = "stdin";

    /// <summary>The file's modification time; null: when the backup begins.</summary>
    public DateTimeOffset? ModTime { get; init; }

    /// <summary>Where the command runs; null: where this process does.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Hears each line that the command writes to its standard error, from another thread; null: nobody does.</summary>
    public Action<string>? ErrorLine { get; init; }
}
