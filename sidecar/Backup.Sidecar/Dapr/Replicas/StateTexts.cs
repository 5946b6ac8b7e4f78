using System.Text;

namespace Backup.Sidecar.Dapr.Replicas;

/// <summary>Small documents of lines in a state store, which several replicas change.</summary>
internal sealed class StateTexts(IDaprClient client, string store)
{
    private readonly StateDocuments _documents = new(client, store);

    /// <summary>Reads a document; none is empty.</summary>
    public async Task<string[]> ReadAsync(string key, CancellationToken cancellationToken) =>
        Lines(await _documents.ReadAsync(key, cancellationToken));

    /// <summary>Changes a document, after whatever others have done to it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="change">Adds and removes lines. It is called again if somebody was faster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was anything to be changed.</returns>
    public Task<bool> ChangeAsync(string key, Action<HashSet<string>> change, CancellationToken cancellationToken) => _documents.ChangeAsync(
        key,
        document =>
        {
            string[] old = Lines(document);
            var lines = old.ToHashSet(StringComparer.Ordinal);
            change(lines);

            // Not empty, since not every store keeps empty values.
            return lines.SetEquals(old) ? null : Encoding.UTF8.GetBytes(string.Join('\n', lines.Order(StringComparer.Ordinal)) + "\n");
        },
        cancellationToken);

    private static string[] Lines(byte[]? document) =>
        document is null ? [] : Encoding.UTF8.GetString(document).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
