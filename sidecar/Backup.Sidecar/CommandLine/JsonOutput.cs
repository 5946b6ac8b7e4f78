using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Writes JSON for programs: one document, or one object per line. Names and types of the fields are restic's, so that
/// scripts carry over; nothing is escaped that JSON doesn't demand. May be used by several threads.
/// </summary>
internal sealed class JsonOutput : IDisposable
{
    private const int EnoughToSend = 32 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _writer;
    private readonly Stream? _stream;
    private readonly TextWriter? _text;
    private readonly bool _isLive;

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">Gets whole lines.</param>
    /// <param name="isLive">Whether each line is sent at once, because somebody waits for it.</param>
    public JsonOutput(Stream stream, bool isLive)
        : this() => (_stream, _isLive) = (stream, isLive);

    /// <summary>Writes between other lines of text.</summary>
    public JsonOutput(TextWriter text)
        : this() => (_text, _isLive) = (text, true);

    private JsonOutput() => _writer = new Utf8JsonWriter(_buffer, Options);

    /// <summary>Writes one object in a line of its own.</summary>
    /// <param name="fields">Writes its fields.</param>
    public void Line(Action<Utf8JsonWriter> fields) => Write(writer => WriteObject(writer, fields), "\n"u8);

    /// <summary>Writes one value and a line's end.</summary>
    public void Document(Action<Utf8JsonWriter> value) => Write(value, "\n"u8);

    /// <summary>Begins an array that is written bit by bit.</summary>
    public JsonArray OpenArray() => new(this);

    /// <summary>Writes one object without a line's end.</summary>
    public void Value(Action<Utf8JsonWriter> fields) => Write(writer => WriteObject(writer, fields), []);

    /// <summary>Writes what stands between values.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _buffer.Write(bytes);
            SendIfDue();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Send();
        }

        _writer.Dispose();
    }

    private static void WriteObject(Utf8JsonWriter writer, Action<Utf8JsonWriter> fields)
    {
        writer.WriteStartObject();
        fields(writer);
        writer.WriteEndObject();
    }

    private void Write(Action<Utf8JsonWriter> value, ReadOnlySpan<byte> end)
    {
        lock (_gate)
        {
            value(_writer);
            _writer.Flush();
            _writer.Reset();
            _buffer.Write(end);
            SendIfDue();
        }
    }

    private void SendIfDue()
    {
        if (_isLive || _buffer.WrittenCount >= EnoughToSend)
        {
            Send();
        }
    }

    private void Send()
    {
        _stream?.Write(_buffer.WrittenSpan);
        _stream?.Flush();
        _text?.Write(System.Text.Encoding.UTF8.GetString(_buffer.WrittenSpan));
        _text?.Flush();
        _buffer.ResetWrittenCount();
    }
}
