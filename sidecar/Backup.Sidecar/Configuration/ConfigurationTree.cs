using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace Backup.Sidecar.Configuration;

/// <summary>Turns a section of the configuration into JSON, from which documents are read as from requests.</summary>
internal static class ConfigurationTree
{
    /// <summary>The value that stands for an object without members: no text that somebody could write.</summary>
    public const string EmptyObject = "\0{}";

    /// <summary>The section; null where there is nothing in it.</summary>
    public static JsonNode? ToJson(IConfigurationSection section)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length == 0)
        {
            return section.Value == EmptyObject ? new JsonObject()
                : string.IsNullOrEmpty(section.Value) ? null
                : JsonValue.Create(section.Value);
        }

        return children.All(child => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? new JsonArray([.. children
                .OrderBy(child => int.Parse(child.Key, CultureInfo.InvariantCulture))
                .Select(ToJson)
                .Where(node => node is not null)])
            : new JsonObject(children
                .Select(child => KeyValuePair.Create(child.Key, ToJson(child)))
                .Where(member => member.Value is not null));
    }
}
