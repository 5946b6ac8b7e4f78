namespace Backup.Sidecar.Jobs;

/// <summary>One source of a backup: exactly one of the kinds.</summary>
internal sealed record SourceRequest
{
    public FilesRequest? Files { get; init; }

    public PayloadRequest? Payload { get; init; }

    public StateRequest? State { get; init; }

    public ConfigurationRequest? Configuration { get; init; }

    public ExportRequest? Export { get; init; }
}
