namespace Backup.TestKit.Dapr;

/// <summary>A configuration store. It can't be written through Dapr; what changes is told to those who subscribed.</summary>
public sealed class ConfigurationStoreDouble
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (string Value, string Version)> _items = new(StringComparer.Ordinal);

    /// <summary>Such as <c>configuration.redis</c>.</summary>
    public string Type { get; init; } = "configuration.redis";

    /// <summary>Whether no key means all keys.</summary>
    public bool CanListAll { get; init; } = true;

    internal event Func<string, string, string, Task>? Changed;

    /// <summary>Writes an item and has it pushed to the subscribers; done when they have answered.</summary>
    public async Task SetAsync(string key, string value)
    {
        string version;
        lock (_gate)
        {
            version = (int.Parse(_items.GetValueOrDefault(key, ("", "0")).Item2, System.Globalization.CultureInfo.InvariantCulture) + 1)
                .ToString(System.Globalization.CultureInfo.InvariantCulture);
            _items[key] = (value, version);
        }

        foreach (Func<string, string, string, Task> push in Changed?.GetInvocationList().Cast<Func<string, string, string, Task>>() ?? [])
        {
            await push(key, value, version);
        }
    }

    internal IReadOnlyList<(string Key, string Value, string Version)> Get(IReadOnlyCollection<string> keys)
    {
        lock (_gate)
        {
            return
            [
                .. _items.Where(item => keys.Count == 0 ? CanListAll : keys.Contains(item.Key))
                    .Select(item => (item.Key, item.Value.Value, item.Value.Version)),
            ];
        }
    }
}
