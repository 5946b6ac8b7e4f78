namespace Backup.Engine;

/// <summary>Something that a check has found.</summary>
public sealed record CheckProblem
{
    /// <summary>What it is.</summary>
    public required CheckProblemKind Kind { get; init; }

    /// <summary>How bad it is.</summary>
    public required CheckSeverity Severity { get; init; }

    /// <summary>The repository file that is concerned; null where it is none in particular.</summary>
    public FileHandle? File { get; init; }

    /// <summary>The blob that is concerned, if any.</summary>
    public BlobId? Blob { get; init; }

    /// <summary>What that blob is.</summary>
    public BlobType BlobType { get; init; }

    /// <summary>Where in which snapshot the damage shows, as <c>SNAPSHOT:PATH</c>, at one place of possibly many; else empty.</summary>
    public string Path { get; init; } = "";

    /// <summary>For people: what is wrong and what to do.</summary>
    public required string Message { get; init; }
}
