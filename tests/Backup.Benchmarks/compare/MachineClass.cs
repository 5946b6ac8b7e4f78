using System.Globalization;
using System.Runtime.InteropServices;

namespace Backup.Benchmarks.Compare;

/// <summary>What kind of machine this is, for who reads figures from another one.</summary>
internal static class MachineClass
{
    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} processors{Model()}, {RuntimeInformation.ProcessArchitecture}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:F0} GB of memory");

    private static string Model()
    {
        const string name = "model name";
        string? line = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))
            : null;
        return line is null ? "" : $" ({line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()})";
    }
}
