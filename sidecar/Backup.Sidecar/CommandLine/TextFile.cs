using System.Text;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Text files as people make them: with or without a mark at the beginning, UTF-8 or what Windows calls Unicode.</summary>
internal static class TextFile
{
    /// <summary>The text in UTF-8, without a mark.</summary>
    public static byte[] Decode(byte[] bytes) => bytes switch
    {
        [0xef, 0xbb, 0xbf, ..] => bytes[3..],
        [0xff, 0xfe, ..] => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(bytes.AsSpan(2))),
        [0xfe, 0xff, ..] => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(bytes.AsSpan(2))),
        _ => bytes,
    };

    /// <summary>A file's bytes.</summary>
    /// <exception cref="UsageException">It can't be read.</exception>
    public static byte[] ReadBytes(string path, string what)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The {what} {Printable.Name(path)} can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>A file's lines as names (see <see cref="FileName"/>), without their ends.</summary>
    /// <exception cref="UsageException">It can't be read.</exception>
    public static IEnumerable<string> ReadLines(string path, string what)
    {
        byte[] text = Decode(ReadBytes(path, what));
        int start = 0;
        while (start < text.Length)
        {
            int end = Array.IndexOf(text, (byte)'\n', start);
            end = end < 0 ? text.Length : end;
            yield return FileName.Decode(text.AsSpan(start..end).TrimEnd((byte)'\r'));
            start = end + 1;
        }
    }
}
