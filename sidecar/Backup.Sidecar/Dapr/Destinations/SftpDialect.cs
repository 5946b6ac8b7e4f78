using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>bindings.sftp: lists one directory at a time.</summary>
internal sealed class SftpDialect : BindingDialect
{
    /// <inheritdoc/>
    public override string NameKey => "fileName";

    /// <inheritdoc/>
    public override async IAsyncEnumerable<IReadOnlyList<string>> ListAsync(
        BindingObjects objects, string folder, string prefix, bool isDeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Name, bool IsFolder)> entries =
            ReadArray(await objects.ListAsync(folder, default, cancellationToken), Entry);
        yield return [.. entries.Where(entry => !entry.IsFolder && entry.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Name)];
        foreach ((string name, _) in entries.Where(entry => isDeep && entry.IsFolder))
        {
            await foreach (IReadOnlyList<string> page in ListAsync(objects, folder + "/" + name, prefix, isDeep, cancellationToken))
            {
                yield return page;
            }
        }
    }

    private static (string Name, bool IsFolder) Entry(JsonElement entry) => (
        DaprJson.Text(entry, "fileName") ?? "",
        entry.TryGetProperty("isDirectory", out JsonElement isFolder) && isFolder.GetBoolean());
}
