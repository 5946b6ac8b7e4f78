using System.Text.Json;
using Backup.Engine;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Backup.Sidecar.Operations;

namespace Backup.Sidecar.Dapr.Sources;

/// <summary>Items of a configuration store as one document: the value, version and metadata of each key.</summary>
internal sealed class ConfigurationSource : IBackupSource
{
    private readonly VirtualTree _tree;

    private ConfigurationSource(string path, VirtualTree tree)
    {
        _tree = tree;
        Paths = [path];
    }

    public IReadOnlyList<string> Paths { get; }

    public IReadOnlyList<string> Excludes => [];

    /// <summary>Reads the items.</summary>
    /// <exception cref="SourceException">There are none.</exception>
    public static async Task<ConfigurationSource> ReadAsync(
        IDaprClient dapr, ConfigurationRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, ConfigurationItem> items =
            await dapr.GetConfigurationAsync(request.Store, request.Keys, null, cancellationToken);
        if (items.Count == 0)
        {
            throw new SourceException($"The configuration store {request.Store} has no such items, or can't list them: name the keys.");
        }

        IReadOnlyDictionary<string, ConfigurationItem> ordered = new SortedDictionary<string, ConfigurationItem>(
            items.ToDictionary(), StringComparer.Ordinal);
        string path = ConfigurationRestorer.PathOf(request.Store);
        var tree = new VirtualTree(now)
        {
            { path, JsonSerializer.SerializeToUtf8Bytes(ordered, ServiceJson.Default.IReadOnlyDictionaryStringConfigurationItem) },
        };
        return new ConfigurationSource(path, tree);
    }

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken) => _tree.Walk(cancellationToken);

    public SourceContent Open(SourceEntry entry) => _tree.Open(entry);
}
