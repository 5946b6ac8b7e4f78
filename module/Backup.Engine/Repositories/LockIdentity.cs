using System.Net;
using System.Net.Sockets;

namespace Backup.Engine.Repositories;

/// <summary>Who holds a lock: this process, as its lock files and key files tell it to others.</summary>
/// <param name="Hostname">The host's full name, as restic records it.</param>
/// <param name="Username">The user's name; empty if the user has none.</param>
/// <param name="Pid">The process id.</param>
/// <param name="Uid">The user's number; 0 on Windows.</param>
/// <param name="Gid">The group's number; 0 on Windows.</param>
internal sealed record LockIdentity(string Hostname, string Username, int Pid, uint Uid, uint Gid)
{
    /// <summary>
    /// Whether this process sees only some of its host's processes, as in a container. That one is not seen then says
    /// little about whether it lives: containers on the host's network have the host's name.
    /// </summary>
    public bool IsInContainer { get; init; }

    /// <summary>This process.</summary>
    public static LockIdentity Current() => new(
        FindHostname(),
        OperatingSystem.IsWindows() ? $@"{Environment.UserDomainName}\{Environment.UserName}" : Environment.UserName,
        Environment.ProcessId,
        OperatingSystem.IsWindows() ? 0 : ProcessCalls.GetUid(),
        OperatingSystem.IsWindows() ? 0 : ProcessCalls.GetGid())
    {
        IsInContainer = ProcessCalls.IsInContainer(),
    };

    private static string FindHostname()
    {
        try
        {
            return Dns.GetHostName(); // Environment.MachineName cuts a name at its first dot, restic does not
        }
        catch (SocketException)
        {
            return Environment.MachineName;
        }
    }
}
