using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Backup.TestKit.Dapr;

/// <summary>A call of daprd's HTTP API.</summary>
internal sealed class DaprRequest
{
    private const string MetadataPrefix = "metadata.";

    private readonly List<(string Name, string Value)> _query = [];

    public DaprRequest(string method, string rawTarget, IHeaderDictionary headers, byte[] body)
    {
        Method = method;
        Headers = headers;
        Body = body;
        string[] parts = rawTarget.Split('?', 2);
        RawPath = parts[0];
        RawQuery = parts.Length == 2 ? "?" + parts[1] : "";
        Segments = [.. RawPath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Unescape)];
        foreach (string pair in parts.Length == 2 ? parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            string[] both = pair.Split('=', 2);
            _query.Add((Unescape(both[0]), both.Length == 2 ? Unescape(both[1]) : ""));
        }
    }

    public string Method { get; }

    public string RawPath { get; }

    public string RawQuery { get; }

    /// <summary>The path's segments, unescaped as Go's QueryUnescape does: a plus is a blank, an escaped slash stays within its segment.</summary>
    public string[] Segments { get; }

    public IHeaderDictionary Headers { get; }

    public byte[] Body { get; }

    /// <summary>What stands in the query as <c>metadata.*</c>.</summary>
    public Dictionary<string, string> Metadata => _query.Where(pair => pair.Name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
        .GroupBy(pair => pair.Name[MetadataPrefix.Length..])
        .ToDictionary(group => group.Key, group => group.Last().Value);

    public IReadOnlyList<string> Values(string name) => [.. _query.Where(pair => pair.Name == name).Select(pair => pair.Value)];

    public string Value(string name) => Values(name) is [string value, ..] ? value : "";

    private static string Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i] == '+' ? " " : text[i].ToString()));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
