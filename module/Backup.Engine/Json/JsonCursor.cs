using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Backup.Engine.Json;

/// <summary>
/// Reads a JSON document of the repository from front to back, as lenient as Go: null leaves a field at its default,
/// unknown fields are skipped. All it throws about the document is a <see cref="RepositoryDamagedException"/>.
/// </summary>
internal ref struct JsonCursor
{
    private const int StackLimit = 512;

    private readonly ReadOnlySpan<byte> _json;
    private readonly string _document;
    private readonly Digest _id;
    private Utf8JsonReader _reader;
    private ReadOnlySpan<byte> _timeText; // the time read last: most are repeated within a node
    private Timestamp _time;

    /// <summary>Starts before the document.</summary>
    /// <param name="json">The whole document.</param>
    /// <param name="document">What it is, for messages: «Tree».</param>
    /// <param name="id">Its id, for messages; zero if unknown.</param>
    public JsonCursor(ReadOnlySpan<byte> json, string document, Digest id)
    {
        _json = json;
        _document = document;
        _id = id;
        _reader = new Utf8JsonReader(json);
    }

    /// <summary>The name of the field that <see cref="NextField"/> came to, escapes and all.</summary>
    public readonly ReadOnlySpan<byte> FieldName => _reader.ValueSpan;

    /// <summary>True if the value that was read last is null.</summary>
    public readonly bool IsNull => _reader.TokenType == JsonTokenType.Null;

    /// <summary>True if the value that was read last begins an array.</summary>
    public readonly bool IsArray => _reader.TokenType == JsonTokenType.StartArray;

    /// <summary>True if the value that was read last is this string, written without escapes.</summary>
    public readonly bool CurrentValueIs(ReadOnlySpan<byte> text) =>
        _reader.TokenType == JsonTokenType.String && _reader.ValueSpan.SequenceEqual(text);

    /// <summary>Goes to the next value, whatever it is.</summary>
    public void Read()
    {
        try
        {
            if (!_reader.Read())
            {
                throw Damaged("it ends too early");
            }
        }
        catch (JsonException exception)
        {
            throw Damaged("it is not valid JSON", exception);
        }
    }

    /// <summary>Goes to the end: nothing but white space may follow.</summary>
    public void ReadEnd()
    {
        try
        {
            if (_reader.Read())
            {
                throw Damaged("something follows its end");
            }
        }
        catch (JsonException exception)
        {
            throw Damaged("something follows its end", exception);
        }
    }

    /// <summary>Reads the beginning of an object.</summary>
    public void BeginObject()
    {
        Read();
        ExpectObject();
    }

    /// <summary>Requires that the value read last begins an object.</summary>
    public readonly void ExpectObject() => Expect(JsonTokenType.StartObject, "an object");

    /// <summary>Reads the beginning of an array; false for null.</summary>
    public bool BeginArrayOrNull()
    {
        Read();
        if (!IsNull)
        {
            Expect(JsonTokenType.StartArray, "an array");
        }

        return !IsNull;
    }

    /// <summary>Goes to the next field's name in an object; false at its end.</summary>
    public bool NextField()
    {
        Read();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Goes to the next value in an array; false at its end.</summary>
    public bool NextElement()
    {
        Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Passes over the field's value.</summary>
    public void SkipValue()
    {
        try
        {
            _reader.Skip();
        }
        catch (JsonException exception)
        {
            throw Damaged("it is not valid JSON", exception);
        }
    }

    /// <summary>Passes over the field's value and gives its bytes.</summary>
    public ReadOnlySpan<byte> ReadRaw()
    {
        Read();
        int start = (int)_reader.TokenStartIndex;
        SkipValue();
        return _json[start..(int)_reader.BytesConsumed];
    }

    /// <summary>Reads a string; null gives an empty one.</summary>
    public string ReadString()
    {
        Read();
        return CurrentString();
    }

    /// <summary>Reads a string, and gives <paramref name="expected"/> itself if it is the same: most are repeated.</summary>
    public string ReadString(string expected)
    {
        Read();
        return _reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false } && Ascii.Equals(_reader.ValueSpan, expected)
            ? expected
            : CurrentString();
    }

    /// <summary>The value read last as a string; null gives an empty one.</summary>
    public readonly string CurrentString()
    {
        if (IsNull)
        {
            return "";
        }

        Expect(JsonTokenType.String, "a string");
        ReadOnlySpan<byte> value = _reader.ValueSpan;
        if (!_reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(value);
        }

        Span<byte> utf8 = value.Length <= StackLimit ? stackalloc byte[StackLimit] : new byte[value.Length];
        return Encoding.UTF8.GetString(utf8[..JsonText.Unescape(value, utf8)]);
    }

    /// <summary>The name of the field that <see cref="NextField"/> came to.</summary>
    public readonly string CurrentFieldName()
    {
        ReadOnlySpan<byte> name = _reader.ValueSpan;
        Span<byte> utf8 = name.Length <= StackLimit ? stackalloc byte[StackLimit] : new byte[name.Length];
        return Encoding.UTF8.GetString(utf8[..JsonText.Unescape(name, utf8)]);
    }

    /// <summary>Reads a node's name: a string in a string.</summary>
    public string ReadName()
    {
        Read();
        ReadOnlySpan<byte> value = _reader.ValueSpan;
        if (IsNull || !_reader.ValueIsEscaped)
        {
            return CurrentString();
        }

        Expect(JsonTokenType.String, "a string");
        Span<byte> quoted = value.Length <= StackLimit ? stackalloc byte[StackLimit] : new byte[value.Length];
        quoted = quoted[..JsonText.Unescape(value, quoted)];
        Span<byte> name = value.Length <= StackLimit ? stackalloc byte[StackLimit] : new byte[value.Length];
        return JsonText.TryUnquoteName(quoted, name, out int length)
            ? FileName.Decode(name[..length])
            : throw Damaged($"the name «{Encoding.UTF8.GetString(value)}» has a wrong escape");
    }

    /// <summary>Reads a number from 0 to <see cref="ulong.MaxValue"/>; null gives 0.</summary>
    public ulong ReadUInt64()
    {
        Read();
        if (IsNull)
        {
            return 0;
        }

        Expect(JsonTokenType.Number, "a number");
        return Utf8Parser.TryParse(_reader.ValueSpan, out ulong number, out int length) && length == _reader.ValueSpan.Length
            ? number
            : throw Damaged($"the number {Encoding.UTF8.GetString(_reader.ValueSpan)} is out of range");
    }

    /// <summary>Reads a number that may be negative; null gives 0.</summary>
    public long ReadInt64()
    {
        Read();
        if (IsNull)
        {
            return 0;
        }

        Expect(JsonTokenType.Number, "a number");
        return _reader.TryGetInt64(out long number)
            ? number
            : throw Damaged($"the number {Encoding.UTF8.GetString(_reader.ValueSpan)} is out of range");
    }

    /// <summary>Reads a number from 0 to <see cref="uint.MaxValue"/>; null gives 0.</summary>
    public uint ReadUInt32()
    {
        ulong number = ReadUInt64();
        return number <= uint.MaxValue ? (uint)number : throw Damaged($"the number {number} is out of range");
    }

    /// <summary>Reads an id.</summary>
    public Digest ReadId()
    {
        Read();
        return CurrentId();
    }

    /// <summary>Reads an id or null.</summary>
    public Digest? ReadIdOrNull()
    {
        Read();
        return IsNull ? null : CurrentId();
    }

    /// <summary>The value read last as an id.</summary>
    public readonly Digest CurrentId()
    {
        Expect(JsonTokenType.String, "an id");
        return Digest.TryParse(_reader.ValueSpan, out Digest id)
            ? id
            : throw Damaged("an id does not have 64 hexadecimal digits");
    }

    /// <summary>Reads a time; null gives what Go has then.</summary>
    public Timestamp ReadTime()
    {
        Read();
        if (IsNull)
        {
            return Rfc3339.Missing;
        }

        Expect(JsonTokenType.String, "a time");
        ReadOnlySpan<byte> text = _reader.ValueSpan;
        if (text.IsEmpty || !text.SequenceEqual(_timeText))
        {
            if (!Rfc3339.TryRead(text, out Timestamp time))
            {
                throw Damaged($"«{Encoding.UTF8.GetString(text)}» is not a time");
            }

            _time = time;
            _timeText = text;
        }

        return _time;
    }

    /// <summary>Reads bytes that are written as Base64, or null.</summary>
    public byte[]? ReadBase64OrNull()
    {
        Read();
        if (IsNull)
        {
            return null;
        }

        Expect(JsonTokenType.String, "Base64");
        ReadOnlySpan<byte> value = _reader.ValueSpan;
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(value.Length)];
        return Base64.DecodeFromUtf8(value, bytes, out _, out int length) == System.Buffers.OperationStatus.Done
            ? bytes.AsSpan(0, length).ToArray()
            : throw Damaged("a value is not Base64");
    }

    /// <summary>The exception that says what is wrong with the document.</summary>
    public readonly RepositoryDamagedException Damaged(string detail, Exception? cause = null) => new(
        (_id.IsZero ? $"A {_document}" : $"The {_document} {_id}")
            + $" is damaged near byte {_reader.BytesConsumed} of {_json.Length}: {detail}. Run a check to see what depends on it.",
        cause);

    private readonly void Expect(JsonTokenType type, string description)
    {
        if (_reader.TokenType != type)
        {
            throw Damaged($"there is {_reader.TokenType} where {description} is expected");
        }
    }
}
