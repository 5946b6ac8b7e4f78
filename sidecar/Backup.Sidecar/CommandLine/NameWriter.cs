using System.Text;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Writes text as UTF-8, and file names that are not UTF-8 as the bytes they are (see <see cref="FileName"/>), so that
/// a listing in a file still names the files. Not thread-safe: <see cref="TextWriter.Synchronized"/> makes it so.
/// </summary>
internal sealed class NameWriter(Stream stream, bool autoFlush) : TextWriter(System.Globalization.CultureInfo.InvariantCulture)
{
    private const int Capacity = 16 * 1024;
    private readonly char[] _text = new char[Capacity];
    private readonly byte[] _bytes = new byte[FileName.MaxEncodedLength(Capacity)];
    private int _length;

    public override Encoding Encoding => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        bool endsLine = autoFlush && buffer.Contains('\n');
        while (!buffer.IsEmpty)
        {
            if (_length == Capacity)
            {
                Encode(keepHighSurrogate: true);
            }

            int count = Math.Min(buffer.Length, Capacity - _length);
            buffer[..count].CopyTo(_text.AsSpan(_length));
            _length += count;
            buffer = buffer[count..];
        }

        if (endsLine)
        {
            Flush();
        }
    }

    public override void WriteLine(string? value)
    {
        Write(value.AsSpan());
        Write(CoreNewLine);
    }

    public override void Flush()
    {
        Encode(keepHighSurrogate: false);
        stream.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Flush();
        }

        base.Dispose(disposing);
    }

    private void Encode(bool keepHighSurrogate)
    {
        int keep = keepHighSurrogate && _length > 0 && char.IsHighSurrogate(_text[_length - 1]) ? 1 : 0;
        int written = FileName.Encode(_text.AsSpan(0, _length - keep), _bytes);
        if (keep == 1)
        {
            _text[0] = _text[_length - 1];
        }

        _length = keep;
        stream.Write(_bytes, 0, written);
    }
}
