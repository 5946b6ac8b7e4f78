namespace Backup.Sidecar.Jobs;

/// <summary>What an application exports itself, as <c>/application/NAME/export</c>.</summary>
internal sealed record ExportRequest
{
    /// <summary>The configured application.</summary>
    public string Application { get; set; } = "";
}
