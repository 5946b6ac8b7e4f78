using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Backup.Sidecar.Configuration;

/// <summary>
/// Reads a JSON file into configuration. The framework's reader has no difference between <c>{}</c> and <c>null</c>, so that
/// <c>"Verify": {}</c> would be a verification that never happens: here an empty object is marked.
/// </summary>
internal sealed class FullJsonProvider(FullJsonSource source) : JsonConfigurationProvider(source)
{
    private static readonly JsonDocumentOptions AsTheFramework = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public override void Load(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        using var framework = new MemoryStream(copy.ToArray());
        base.Load(framework);
        copy.Position = 0;
        using JsonDocument document = JsonDocument.Parse(copy, AsTheFramework);
        Mark(document.RootElement, null);
    }

    private void Mark(JsonElement element, string? path)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            int number = 0;
            foreach (JsonElement item in element.EnumerateArray())
            {
                Mark(item, Below(path, number++.ToString(CultureInfo.InvariantCulture)));
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            bool isEmpty = true;
            foreach (JsonProperty member in element.EnumerateObject())
            {
                isEmpty = false;
                Mark(member.Value, Below(path, member.Name));
            }

            if (isEmpty && path is not null)
            {
                Data[path] = ConfigurationTree.EmptyObject;
            }
        }
    }

    private static string Below(string? path, string key) => path is null ? key : ConfigurationPath.Combine(path, key);
}
