using System.Globalization;
using System.Text;

namespace Backup.Sidecar.Dapr.Sources;

/// <summary>Names files after keys: the same text, but for what a file name can't have.</summary>
internal static class KeyName
{
    /// <summary>The file of a key. Different keys have different files.</summary>
    public static string ToFile(string key)
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
