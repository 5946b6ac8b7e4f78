using System.Text;

namespace Backup.PowerShell.Content;

/// <summary>Takes a file's bytes as they come and hands them on as lines, as one text, or as bytes.</summary>
/// <param name="emit">Where they go.</param>
/// <param name="shape">As what.</param>
/// <param name="encoding">What text is encoded with; a mark at the beginning counts more.</param>
internal sealed class ContentWriter(Action<object> emit, ContentShape shape, Encoding encoding) : Stream
{
    private readonly MemoryStream _head = new();
    private readonly MemoryStream _all = new();
    private readonly StringBuilder _text = new();
    private Decoder? _decoder;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        switch (shape)
        {
            case ContentShape.Bytes:
                foreach (byte one in buffer)
                {
                    emit(one);
                }

                break;
            case ContentShape.AllBytes:
                _all.Write(buffer);
                break;
            default:
                Decode(buffer);
                break;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Hands on what is left.</summary>
    public void Complete()
    {
        if (shape == ContentShape.AllBytes)
        {
            emit(_all.ToArray());
            return;
        }

        if (shape == ContentShape.Bytes)
        {
            return;
        }

        if (_decoder is null)
        {
            Begin();
        }

        Append([], isLast: true);
        if (shape == ContentShape.Text || _text.Length > 0)
        {
            EmitLine(_text.Length);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Decode(ReadOnlySpan<byte> bytes)
    {
        if (_decoder is null)
        {
            _head.Write(bytes);
            if (_head.Length < 4)
            {
                return; // a mark has up to four bytes
            }

            Begin();
            return;
        }

        Append(bytes, isLast: false);
    }

    private void Begin()
    {
        byte[] head = _head.ToArray();
        (Encoding actual, int mark) = head switch
        {
            [0xef, 0xbb, 0xbf, ..] => (Encoding.UTF8, 3),
            [0xff, 0xfe, 0, 0, ..] => (Encoding.UTF32, 4),
            [0xff, 0xfe, ..] => (Encoding.Unicode, 2),
            [0xfe, 0xff, ..] => (Encoding.BigEndianUnicode, 2),
            _ => (encoding, 0),
        };
        _decoder = actual.GetDecoder();
        Append(head.AsSpan(mark), isLast: false);
    }

    private void Append(ReadOnlySpan<byte> bytes, bool isLast)
    {
        Decoder decoder = _decoder ?? throw new InvalidOperationException("Decoding has not begun.");
        char[] characters = new char[decoder.GetCharCount(bytes, isLast)];
        int count = decoder.GetChars(bytes, characters, isLast);
        if (shape == ContentShape.Text)
        {
            _text.Append(characters, 0, count);
            return;
        }

        ReadOnlySpan<char> rest = characters.AsSpan(0, count);
        for (int end = rest.IndexOf('\n'); end >= 0; end = rest.IndexOf('\n'))
        {
            _text.Append(rest[..end]);
            EmitLine(_text.Length > 0 && _text[^1] == '\r' ? _text.Length - 1 : _text.Length);
            rest = rest[(end + 1)..];
        }

        _text.Append(rest);
    }

    private void EmitLine(int length)
    {
        emit(_text.ToString(0, length));
        _text.Clear();
    }
}
