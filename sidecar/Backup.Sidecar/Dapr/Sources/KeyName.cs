using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backup.Sidecar.Dapr.Sources;

/// <summary>Names files after keys: the same text, but for what a file name can't have.</summary>
internal static class KeyName
{
    /// <summary>File systems take 255 bytes; restored, a name may get an ending for a while.</summary>
    private const int MaxBytes = 240;

    private const int KeptBytes = 180;

    /// <summary>The file of a key. Different keys have different files.</summary>
    public static string ToFile(string key)
    {
        string file = Escape(key);
        return Encoding.UTF8.GetByteCount(file) <= MaxBytes ? file : $"{Beginning(file)}%~{HashOf(key)}"; // «%~» is in no other
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32];

    private static string Beginning(string file)
    {
        var beginning = new StringBuilder(KeptBytes);
        int bytes = 0;
        foreach (Rune rune in file.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > KeptBytes)
            {
                break;
            }

            beginning.Append(rune);
        }

        return beginning.ToString();
    }

    private static string Escape(string key)
    {
        if (key is "." or "..")
        {
            return key.Replace(".", "%2E", StringComparison.Ordinal);
        }

        if (key.Length > 0 && !key.AsSpan().ContainsAny("/%\\") && !key.Any(char.IsControl))
        {
            return key;
        }

        var file = new StringBuilder(key.Length + 8);
        foreach (char c in key)
        {
            if (c is '/' or '%' or '\\' || char.IsControl(c))
            {
                file.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            }
            else
            {
                file.Append(c);
            }
        }

        return file.Length == 0 ? "%" : file.ToString();
    }
}
