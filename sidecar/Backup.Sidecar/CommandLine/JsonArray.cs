using System.Text.Json;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// An array of objects that is written while its elements are found. It is closed when it is disposed, also after an
/// error: what was found is still readable, and the exit code tells.
/// </summary>
internal sealed class JsonArray : IDisposable
{
    private readonly JsonOutput _output;
    private bool _isEmpty = true;

    public JsonArray(JsonOutput output)
    {
        _output = output;
        _output.Raw("["u8);
    }

    /// <summary>Adds an object.</summary>
    /// <param name="fields">Writes its fields.</param>
    public void Add(Action<Utf8JsonWriter> fields)
    {
        if (!_isEmpty)
        {
            _output.Raw(",\n"u8);
        }

        _isEmpty = false;
        _output.Value(fields);
    }

    public void Dispose() => _output.Raw("]\n"u8);
}
