using System.Globalization;
using Xunit;

namespace Backup.TestKit;

/// <summary>A fact that mounts a <see cref="SmallDisk"/>: needs Linux and the right to mount, else it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactIfMountableAttribute : FactAttribute
{
    private const int CapSysAdmin = 21;
    private const string Capabilities = "CapEff:";

    /// <summary>Looks whether this process may mount.</summary>
    public FactIfMountableAttribute()
    {
        Skip = !OperatingSystem.IsLinux() ? "Needs Linux."
            : Requirements.Unmet(["mount", "umount"], asRoot: false)
            ?? (MayMount() ? null : "Needs the right to mount (CAP_SYS_ADMIN).");
    }

    private static bool MayMount()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Capabilities, StringComparison.Ordinal));
        ulong bits = ulong.Parse(line.AsSpan(Capabilities.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return ((bits >> CapSysAdmin) & 1) != 0;
    }
}
