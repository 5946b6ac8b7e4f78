namespace Backup.Engine;

/// <summary>Which files and directories to back up. Patterns are those of restic's <c>--exclude</c>.</summary>
public sealed record FileSystemSourceOptions
{
    /// <summary>
    /// Files and directories. An absolute path stands in the snapshot with the directories above it, a relative one from
    /// its first part on; of a path that consists of <c>.</c> and <c>..</c> only, the entries are taken. A path that does not
    /// exist is skipped. What is named here is never excluded itself, only what is below.
    /// </summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The directory that relative paths begin at; null: the process's working directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Files with more paths, one per line, in which <c>*</c>, <c>?</c> and <c>[…]</c> are expanded. Empty lines and those that
    /// begin with <c>#</c> don't count, nor do spaces around a path. <c>-</c> is <see cref="StandardInput"/>.
    /// </summary>
    public IReadOnlyList<string> FilesFrom { get; init; } = [];

    /// <summary>Files with more paths, one per line, taken as they are. <c>-</c> is <see cref="StandardInput"/>.</summary>
    public IReadOnlyList<string> FilesFromVerbatim { get; init; } = [];

    /// <summary>Files with more paths, a zero byte after each. <c>-</c> is <see cref="StandardInput"/>.</summary>
    public IReadOnlyList<string> FilesFromRaw { get; init; } = [];

    /// <summary>What <c>-</c> reads in the lists above; lent until the source is made.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Patterns of what is left out; with a <c>!</c> before it, of what is kept nevertheless. The snapshot records them.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Patterns of what is left out, whatever the case of its letters.</summary>
    public IReadOnlyList<string> InsensitiveExcludes { get; init; } = [];

    /// <summary>
    /// Files with patterns for <see cref="Excludes"/>, one per line; <c>#</c> begins a comment line, <c>$NAME</c> and
    /// <c>${NAME}</c> stand for environment variables, <c>$$</c> for a dollar sign.
    /// </summary>
    public IReadOnlyList<string> ExcludeFiles { get; init; } = [];

    /// <summary>Files with patterns for <see cref="InsensitiveExcludes"/>.</summary>
    public IReadOnlyList<string> InsensitiveExcludeFiles { get; init; } = [];

    /// <summary>
    /// Names of files that mark their directory: of its entries only the mark itself is kept. <c>name:text</c> wants the
    /// file to begin with that text.
    /// </summary>
    public IReadOnlyList<string> ExcludeIfPresent { get; init; } = [];

    /// <summary>Leave out what is in cache directories: those with a <c>CACHEDIR.TAG</c> that has the standard's signature.</summary>
    public bool ExcludeCaches { get; init; }

    /// <summary>Leave out files with more bytes than that; null: none.</summary>
    public long? ExcludeLargerThan { get; init; }

    /// <summary>Directories that are left out with all that is in them, such as the program's own cache.</summary>
    public IReadOnlyList<string> ExcludeDirectories { get; init; } = [];

    /// <summary>Stay on the file systems of the paths: of others only the mount point is kept, empty.</summary>
    public bool OneFileSystem { get; init; }

    /// <summary>Record when files were last read. Then every backup stores new metadata.</summary>
    public bool WithAccessTime { get; init; }

    /// <summary>Whether the walk tells what was left out, and by which rule.</summary>
    public bool ReportExcluded { get; init; }
}
