namespace Backup.Sidecar.Jobs;

/// <summary>Files and folders below the configured roots. Patterns are those of restic's <c>--exclude</c>.</summary>
internal sealed record FilesRequest
{
    /// <summary>Absolute paths.</summary>
    public IReadOnlyList<string> Paths { get; set; } = [];

    public IReadOnlyList<string> Exclude { get; set; } = [];

    public IReadOnlyList<string> ExcludeIfPresent { get; set; } = [];

    public bool ExcludeCaches { get; init; }

    public bool OneFileSystem { get; init; }

    /// <summary>A configured application, whose manifest names paths, too.</summary>
    public string? Application { get; init; }
}
