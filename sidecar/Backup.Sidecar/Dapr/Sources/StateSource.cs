using System.Globalization;
using System.Text.Json;
using Backup.Engine;
using Backup.Sidecar.Json;
using Backup.Sidecar.Operations;

namespace Backup.Sidecar.Dapr.Sources;

/// <summary>
/// Keys of a state store as files. Their values come over gRPC, byte for byte, all before the first is stored: they belong
/// together as closely as Dapr can have it, and may not be larger than memory allows.
/// </summary>
internal sealed class StateSource : IBackupSource
{
    /// <summary>More than that is refused: it is held in memory.</summary>
    public const long MaxBytes = 512L * 1024 * 1024;

    private const int KeysAtOnce = 100;

    private readonly VirtualTree _tree;
    private readonly List<SourceEntry> _skipped;

    private StateSource(string store, VirtualTree tree, List<SourceEntry> skipped)
    {
        (_tree, _skipped) = (tree, skipped);
        Paths = [PathOf(store)];
    }

    public IReadOnlyList<string> Paths { get; }

    public IReadOnlyList<string> Excludes => [];

    /// <summary>Where a store stands in a snapshot.</summary>
    public static string PathOf(string store) => $"/state/{store}";

    /// <summary>Reads the keys.</summary>
    /// <param name="dapr">Dapr.</param>
    /// <param name="store">The component.</param>
    /// <param name="keys">Which; one that is not there becomes a problem of the backup.</param>
    /// <param name="now">The time that the files bear.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SourceException">None of the keys is there, or they are too large together.</exception>
    public static async Task<StateSource> ReadAsync(
        IDaprClient dapr, string store, IEnumerable<string> keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tree = new VirtualTree(now);
        var known = new List<StateManifestKey>();
        var skipped = new List<SourceEntry>();
        long bytes = 0;
        foreach (string[] some in keys.Distinct(StringComparer.Ordinal).Order(FileName.Comparer).Chunk(KeysAtOnce))
        {
            foreach (StateEntry entry in await GetAsync(dapr, store, some, cancellationToken))
            {
                string file = KeyName.ToFile(entry.Key);
                if (entry.Value is not { } value)
                {
                    skipped.Add(Skipped($"/state/{store}/{file}", entry));
                    continue;
                }

                bytes += value.Length;
                if (bytes > MaxBytes)
                {
                    throw new SourceException($"The keys of {store} have more than {MaxBytes:N0} bytes. Back them up in several parts.");
                }

                tree.Add($"/state/{store}/{file}", value);
                known.Add(new StateManifestKey(entry.Key, file, value.Length)
                {
                    ETag = entry.ETag.Length > 0 ? entry.ETag : null,
                    Expires = ExpiresOf(entry),
                });
            }
        }

        if (known.Count == 0)
        {
            throw new SourceException($"None of the keys is in the state store {store}. Check their names, and the keyPrefix of the component.");
        }

        var manifest = new StateManifest { Store = store, Time = now, Keys = known };
        tree.Add($"/state/{store}.json", JsonSerializer.SerializeToUtf8Bytes(manifest, ServiceJson.Default.StateManifest));
        return new StateSource(store, tree, skipped);
    }

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken) => _tree.Walk(cancellationToken).Concat(_skipped);

    public SourceContent Open(SourceEntry entry) => _tree.Open(entry);

    /// <summary>Reads keys, in the order of their names.</summary>
    public static async Task<IReadOnlyList<StateEntry>> GetAsync(
        IDaprClient dapr, string store, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        [.. (await dapr.GetBulkByteStateAsync(store, keys, null, null, cancellationToken)).OrderBy(entry => entry.Key, FileName.Comparer)];

    private static DateTimeOffset? ExpiresOf(StateEntry entry) =>
        entry.Metadata.TryGetValue("ttlExpireTime", out string? text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;

    private static SourceEntry Skipped(string path, StateEntry entry) => new()
    {
        Kind = SourceEntryKind.Skipped,
        Path = path,
        Reason = entry.Error ?? "There is no such key.",
        SkipReason = entry.Error is null ? SkipReason.NotFound : SkipReason.ReadFailed,
    };
}
