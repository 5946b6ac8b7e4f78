using System.Globalization;
using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>How values look in the module's views. Pure: the views in Backup.Format.ps1xml call it.</summary>
public static class FormatHelper
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>«512 B», «1.5 KiB», in the current culture; empty for null.</summary>
    public static string Size(long? bytes)
    {
        if (bytes is null)
        {
            return "";
        }

        double value = bytes.Value;
        if (Math.Abs(value) < 1024)
        {
            return string.Create(CultureInfo.CurrentCulture, $"{bytes} B");
        }

        int unit = -1;
        while (Math.Abs(value) >= 1023.95 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return $"{value.ToString("N1", CultureInfo.CurrentCulture)} {Units[unit]}";
    }

    /// <summary>«0:07», «1:00:09».</summary>
    public static string Duration(TimeSpan duration) => DurationText.Format(duration);

    /// <summary>Local time to the second, the same width for all, and sortable.</summary>
    public static string Time(DateTimeOffset time) => time.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Several values in one cell. What would disturb a terminal is escaped.</summary>
    public static string List(IEnumerable<string>? values) =>
        values is null ? "" : string.Join(", ", values.Select(Printable.Name));

    /// <summary>A name with what would disturb a terminal escaped.</summary>
    public static string Name(string? name) => name is null ? "" : Printable.Name(name);
}
