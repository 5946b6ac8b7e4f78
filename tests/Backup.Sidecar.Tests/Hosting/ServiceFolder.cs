namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Where a service keeps things.</summary>
internal sealed class ServiceFolder(TempFolder folder)
{
    public string Repository => folder.Combine("repository");

    public string Data => folder.Combine("data");

    /// <summary>The allowed root.</summary>
    public string Root { get; } = folder.CreateFolder("root");

    public string Combine(string relativePath) => folder.Combine(relativePath);

    /// <summary>Writes a file below the allowed root.</summary>
    public string Write(string relativePath, string content) => folder.WriteFile($"root/{relativePath}", content);
}
