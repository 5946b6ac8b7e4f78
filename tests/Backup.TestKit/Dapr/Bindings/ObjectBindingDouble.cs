using System.Text;
using System.Text.Json;

namespace Backup.TestKit.Dapr.Bindings;

/// <summary>What bindings to objects and files have in common.</summary>
public abstract class ObjectBindingDouble : BindingDouble
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    /// <summary>The objects' names, in order.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _objects.Keys];
            }
        }
    }

    /// <summary>How many of the next writes store half of their bytes and then fail, as when daprd is killed in the middle.</summary>
    public int TornWrites { get; set; }

    /// <summary>The metadata that the last write came with.</summary>
    public IReadOnlyDictionary<string, string> LastMetadata { get; private set; } = new Dictionary<string, string>();

    /// <summary>An object's bytes as they are stored; null if there is none.</summary>
    public byte[]? Read(string name)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault(name);
        }
    }

    /// <summary>Stores bytes, as somebody would who is not daprd.</summary>
    public void Write(string name, byte[] content)
    {
        lock (_gate)
        {
            _objects[name] = content;
        }
    }

    /// <summary>Removes an object.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string name)
    {
        lock (_gate)
        {
            return _objects.Remove(name);
        }
    }

    /// <summary>Forgets everything, as when another disk is mounted.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _objects.Clear();
        }
    }

    /// <summary>Stores what a component was given, over what is there.</summary>
    protected void Store(string name, byte[] content, IReadOnlyDictionary<string, string> metadata)
    {
        LastMetadata = metadata;
        bool isTorn = TornWrites > 0;
        Write(name, isTorn ? content[..(content.Length / 2)] : content);
        if (isTorn)
        {
            TornWrites--;
            throw new BindingFaultException("connection lost");
        }
    }

    /// <summary>The name that a call is about; a new one for what is stored without.</summary>
    protected static string Name(IReadOnlyDictionary<string, string> metadata, string key, string? missing = null) =>
        metadata.TryGetValue(key, out string? name) && name.Length > 0
            ? name
            : missing is null ? Guid.NewGuid().ToString() : throw new BindingFaultException(missing);

    /// <summary>Go's strconv.Unquote for what is quoted; anything else as it is.</summary>
    protected static byte[] Unquote(byte[] data)
    {
        if (data is [(byte)'"', .., (byte)'"'])
        {
            try
            {
                return Encoding.UTF8.GetBytes(JsonSerializer.Deserialize<string>(data) ?? "");
            }
            catch (JsonException)
            {
                return data;
            }
        }

        return data is [(byte)'`', .., (byte)'`'] && data.Count(value => value == '`') == 2 ? data[1..^1] : data;
    }

    /// <summary>Bytes of base64; null if it is none.</summary>
    protected static byte[]? Decode(byte[] text)
    {
        // Go's decoder passes over line ends, and wants padding.
        byte[] plain = [.. text.Where(value => value is not ((byte)'\r' or (byte)'\n'))];
        if (plain.Length % 4 != 0 || plain.Any(value => !char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'+' or (byte)'/' or (byte)'=')))
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(Encoding.ASCII.GetString(plain));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether metadata switches something on, over the component's own setting.</summary>
    protected static bool IsOn(IReadOnlyDictionary<string, string> metadata, string name, bool otherwise) =>
        metadata.TryGetValue(name, out string? value) && value.Length > 0
            ? value.ToUpperInvariant() is "Y" or "YES" or "TRUE" or "T" or "ON" or "1"
            : otherwise;

    /// <summary>A listing's query.</summary>
    /// <exception cref="BindingFaultException">It is no JSON.</exception>
    protected static (string Prefix, int MaxResults, string Marker) Query(byte[] data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Null)
            {
                return ("", 0, "");
            }

            return (
                root.TryGetProperty("prefix", out JsonElement prefix) ? prefix.GetString() ?? "" : "",
                root.TryGetProperty("maxResults", out JsonElement max) ? max.GetInt32() : 0,
                root.TryGetProperty("marker", out JsonElement marker) ? marker.GetString() ?? "" : "");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new BindingFaultException(data.Length == 0 ? "unexpected end of JSON input" : "invalid character: " + exception.Message);
        }
    }
}
