namespace Backup.Sidecar.Endpoints;

/// <summary>An error as clients get it (RFC 9457), with our stable name for it.</summary>
internal sealed record Problem
{
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>What failed, on what, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Stable, for programs.</summary>
    public required string ErrorId { get; init; }
}
