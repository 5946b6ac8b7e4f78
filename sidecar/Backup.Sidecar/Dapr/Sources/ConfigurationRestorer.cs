using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;

namespace Backup.Sidecar.Dapr.Sources;

/// <summary>Brings items of a configuration store back from a snapshot, to where they can be written.</summary>
internal sealed partial class ConfigurationRestorer(Repository repository, DaprAccess dapr, RestoreRequest request, ServiceOptions options)
{
    private const int MaxChanges = 100;

    private readonly ConfigurationRestoreRequest _configuration =
        request.Configuration ?? throw new ArgumentException("There is no configuration to restore.", nameof(request));

    private readonly List<ItemProblem> _problems = [];

    /// <summary>Does it.</summary>
    /// <exception cref="ItemNotFoundException">The snapshot has no such store, or no such item.</exception>
    public async Task<JobResult> RunAsync(CancellationToken cancellationToken)
    {
        var filter = new SnapshotFilter
        {
            Hosts = request.Host is null ? [] : [request.Host],
            TagLists = request.Tags.Count == 0 ? [] : [request.Tags],
            Paths = request.Paths.Count == 0 ? [PathOf(_configuration.Store)] : request.Paths,
        };
        Snapshot snapshot = await repository.FindSnapshotAsync(request.Snapshot, filter, cancellationToken);
        SortedDictionary<string, ConfigurationItem> items = Chosen(await ReadAsync(snapshot, cancellationToken));
        var result = new ConfigurationRestoreResult
        {
            Snapshot = snapshot.Id.ToString(),
            Store = _configuration.Store,
            Target = _configuration.Binding ?? request.Target,
            DryRun = request.DryRun,
            Keys = items.Count,
        };
        await (_configuration.Binding is { } binding
            ? WriteAsync(binding, items, result, cancellationToken)
            : WriteFileAsync(items, result, cancellationToken));
        return new JobResult { Configuration = result, ProblemCount = _problems.Count, Problems = _problems };
    }

    /// <summary>Where a store's items stand in a snapshot.</summary>
    public static string PathOf(string store) => $"/configuration/{store}.json";

    private async Task<Dictionary<string, ConfigurationItem>> ReadAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var dump = new DumpOptions { Snapshot = snapshot.Id.ToString(), Path = PathOf(_configuration.Store), FilesOnly = true };
        await repository.DumpAsync(dump, content, progress: null, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(content.ToArray(), ServiceJson.OfJournal.IReadOnlyDictionaryStringConfigurationItem)?.ToDictionary()
                ?? throw new JsonException("It is empty.");
        }
        catch (JsonException exception)
        {
            throw new RepositoryDamagedException($"{dump.Path} of the snapshot {snapshot.Id} makes no sense: {exception.Message}", exception);
        }
    }

    private SortedDictionary<string, ConfigurationItem> Chosen(Dictionary<string, ConfigurationItem> items)
    {
        string? missing = _configuration.Keys.FirstOrDefault(key => !items.ContainsKey(key));
        return missing is null
            ? new SortedDictionary<string, ConfigurationItem>(
                items.Where(item => _configuration.Keys.Count == 0 || _configuration.Keys.Contains(item.Key)).ToDictionary(), StringComparer.Ordinal)
            : throw new ItemNotFoundException($"The snapshot has no item «{missing}» of the configuration store {_configuration.Store}.");
    }

    private async Task WriteAsync(
        string binding, SortedDictionary<string, ConfigurationItem> items, ConfigurationRestoreResult result, CancellationToken cancellationToken)
    {
        IDaprClient client = dapr.Required;
        DaprMetadata metadata = await client.GetMetadataAsync(cancellationToken);
        Func<string, ConfigurationItem, BindingRequest> write = metadata.Components.FirstOrDefault(component => component.Name == binding)?.Type switch
        {
            "bindings.redis" => (key, item) => ToRedis(binding, key, item),
            "bindings.postgresql" or "bindings.postgres" when _configuration.Table is null => throw new ConfigurationException(
                $"«{binding}» is PostgreSQL: say in «table» which table the configuration store {_configuration.Store} has."),
            "bindings.postgresql" or "bindings.postgres" => (key, item) => ToPostgres(binding, key, item),
            null => throw new ConfigurationException($"Dapr has no component «{binding}»."),
            string type => throw new ConfigurationException(
                $"Configuration can't be written through «{binding}», which is {type}: bindings.redis and bindings.postgresql can."),
        };
        IReadOnlyDictionary<string, ConfigurationItem> present =
            await client.GetConfigurationAsync(_configuration.Store, [.. items.Keys], null, cancellationToken);
        var changes = new List<string>();
        foreach ((string key, ConfigurationItem item) in items)
        {
            bool isThere = present.TryGetValue(key, out ConfigurationItem? now);
            if (isThere && now?.Value == item.Value)
            {
                result.Unchanged++;
                continue;
            }

            _ = isThere ? result.Updated++ : result.Created++;
            changes.Add($"{(isThere ? '~' : '+')} {key}");
            if (!request.DryRun)
            {
                await client.InvokeBindingAsync(write(key, item), cancellationToken);
            }
        }

        result.Changes = [.. changes.Take(MaxChanges)];
    }

    /// <summary>As configuration.redis keeps it: value and version in one string.</summary>
    private static BindingRequest ToRedis(string binding, string key, ConfigurationItem item) => new(binding, "create")
    {
        Data = System.Text.Encoding.UTF8.GetBytes(item.Version.Length > 0 ? $"{item.Value}||{item.Version}" : item.Value),
        Metadata = new Dictionary<string, string> { ["key"] = key },
    };

    /// <summary>As configuration.postgresql keeps it: a row for each key, in a table without a key of its own that one could rely on.</summary>
    private BindingRequest ToPostgres(string binding, string key, ConfigurationItem item)
    {
        string table = string.Join('.', (_configuration.Table ?? "").Split('.').Select(part => $"\"{part}\""));
        var parameters = new JsonArray(
            key, item.Value, item.Version, JsonSerializer.Serialize(item.Metadata ?? new Dictionary<string, string>(), ServiceJson.Default.IReadOnlyDictionaryStringString));
        return new BindingRequest(binding, "exec")
        {
            Metadata = new Dictionary<string, string>
            {
                ["sql"] =
                    $"WITH old AS (UPDATE {table} SET value = $2::varchar, version = $3::varchar, metadata = $4::json WHERE key = $1::varchar RETURNING key) "
                    + $"INSERT INTO {table} (key, value, version, metadata) "
                    + "SELECT $1::varchar, $2::varchar, $3::varchar, $4::json WHERE NOT EXISTS (SELECT 1 FROM old)",
                ["params"] = parameters.ToJsonString(),
            },
        };
    }

    private async Task WriteFileAsync(
        SortedDictionary<string, ConfigurationItem> items, ConfigurationRestoreResult result, CancellationToken cancellationToken)
    {
        string path = new RequestPaths(options).ToRestore(request.Target, delete: false); // again: links may have changed since it was accepted
        byte[] content = _configuration.Format == ConfigurationFormat.ConfigMap
            ? ConfigMapOf(items)
            : JsonSerializer.SerializeToUtf8Bytes(items, ServiceJson.Default.IReadOnlyDictionaryStringConfigurationItem);
        result.Created = items.Count - _problems.Count;
        if (request.DryRun)
        {
            return;
        }

        // Beside it and renamed, so that what was there stays whole until all of the new one is.
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // there may be secrets in it
            }

            await using (var file = new FileStream(temporary, create))
            {
                await file.WriteAsync(content, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private byte[] ConfigMapOf(SortedDictionary<string, ConfigurationItem> items)
    {
        var data = new JsonObject();
        foreach ((string key, ConfigurationItem item) in items)
        {
            if (ConfigMapKey().IsMatch(key))
            {
                data[key] = item.Value;
            }
            else
            {
                _problems.Add(new ItemProblem(key, "A key of a ConfigMap has letters, digits, dashes, underscores and dots only."));
            }
        }

        var metadata = new JsonObject { ["name"] = _configuration.Name ?? _configuration.Store };
        if (_configuration.Namespace is { } name)
        {
            metadata["namespace"] = name;
        }

        // JSON, which is YAML, too.
        var manifest = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = metadata, ["data"] = data };
        using var content = new MemoryStream();
        using (var writer = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true }))
        {
            manifest.WriteTo(writer);
        }

        return content.ToArray();
    }

    [GeneratedRegex("^[-._a-zA-Z0-9]{1,253}$")]
    private static partial Regex ConfigMapKey();
}
