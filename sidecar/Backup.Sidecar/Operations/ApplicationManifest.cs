namespace Backup.Sidecar.Operations;

/// <summary>What an application says is worth keeping: the answer of <c>GET /backup/manifest</c>.</summary>
internal sealed record ApplicationManifest
{
    /// <summary>Keys of state stores, by the store.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> State { get; set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Items of configuration stores, by the store.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Configuration { get; set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Absolute paths of files and folders.</summary>
    public IReadOnlyList<string> Files { get; set; } = [];
}
