using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Backup.Engine.Repositories;

/// <summary>
/// Tells this machine, or this container, from others that have the same name: machines get cloned, pods of one name follow
/// each other, and containers on the host's network have the host's name.
/// </summary>
/// <param name="Id">
/// The same for two processes if, and only if, they see each other's process numbers. Empty where that can't be told: then
/// there is the host's name only.
/// </param>
/// <param name="Container">The pod's UID, or the container's id; null outside of containers.</param>
internal sealed partial record HostInstance(string Id, string? Container)
{
    /// <summary>Names the pod's UID, for runtimes that don't show it to the container.</summary>
    public const string PodVariable = "BACKUP_POD_UID";

    /// <summary>The number that the kernel gives the first of all process namespaces, and no other one.</summary>
    private const string FirstNamespace = "pid:[4026531836]";

    private const int IdLength = 32;

    private static readonly Lazy<HostInstance> Found = new(Find);

    /// <summary>This one.</summary>
    public static HostInstance Current => Found.Value;

    /// <summary>Puts together what Linux tells of it.</summary>
    /// <param name="pidNamespace">The link <c>/proc/self/ns/pid</c>; null if it can't be read.</param>
    /// <param name="machine">The machine's id, which outlives its boots; empty if it has none.</param>
    /// <param name="boot">The id of the boot.</param>
    /// <param name="pod">The pod's UID, if somebody says so.</param>
    /// <param name="mounts">The lines of <c>/proc/self/mountinfo</c>.</param>
    public static HostInstance Of(string? pidNamespace, string machine, string boot, string? pod, IEnumerable<string> mounts)
    {
        if (pidNamespace == FirstNamespace)
        {
            return new HostInstance(machine.Length > 0 ? Hash("machine", machine) : "", null);
        }

        string? container = pod is { Length: > 0 } ? pod : FindContainer(mounts);
        string id = pidNamespace is null || boot.Length == 0
            ? Guid.NewGuid().ToString("N") // like no other one: nobody's processes can be judged
            : Hash("container", boot, pidNamespace, container ?? "");
        return new HostInstance(id, container ?? id[..12]);
    }

    private static HostInstance Find() => !OperatingSystem.IsLinux()
        ? new HostInstance("", null)
        : Of(
            ReadLink("/proc/self/ns/pid"),
            ReadText("/etc/machine-id"),
            ReadText("/proc/sys/kernel/random/boot_id"),
            Environment.GetEnvironmentVariable(PodVariable),
            ReadText("/proc/self/mountinfo").Split('\n'));

    /// <summary>The runtime mounts files such as <c>/etc/hosts</c> from a folder that is named after the pod or container.</summary>
    private static string? FindContainer(IEnumerable<string> mounts)
    {
        string? container = null;
        foreach (string line in mounts)
        {
            Match match = NamedFolder().Match(line);
            if (match.Groups["pod"].Success)
            {
                return match.Groups["pod"].Value;
            }

            container ??= match.Success ? match.Groups["container"].Value : null;
        }

        return container;
    }

    private static string Hash(params string[] parts) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..IdLength];

    private static string? ReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // which is the answer
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // which is the answer
        }
    }

    [GeneratedRegex("/pods/(?<pod>[0-9a-f-]{36})/|containers/(?<container>[0-9a-f]{64})/", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedFolder();
}
