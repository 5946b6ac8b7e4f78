using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>What went to and came from a repository's place, as people read it.</summary>
internal static class TrafficText
{
    /// <summary>«31 saves, 480.120 MiB; 5 reads, 12.100 KiB; 3 listings, 1 removal»: what did not happen is left out.</summary>
    public static string Format(BackendTraffic traffic)
    {
        string[] parts =
        [
            Count(traffic.Saves, "save") + Size(traffic.Saves, traffic.BytesSaved),
            Count(traffic.Reads, "read") + Size(traffic.Reads, traffic.BytesRead),
            Count(traffic.Looks, "look"),
            Count(traffic.Listings, "listing"),
            Count(traffic.Removals, "removal"),
            Count(traffic.Retries, "repeated call"),
        ];
        string[] said = [.. parts.Where(part => part.Length > 0)];
        return said.Length == 0 ? "nothing" : string.Join("; ", said);
    }

    private static string Count(long count, string what) => count == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Size(long count, long bytes) => count == 0 ? "" : $", {SizeText.Format(bytes)}";
}
