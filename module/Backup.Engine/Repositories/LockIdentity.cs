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
    /// Tells hosts and containers of the same name apart: see <see cref="HostInstance.Id"/>. restic's locks have none, and
    /// restic passes ours over.
    /// </summary>
    public string Instance { get; init; } = "";

    /// <summary>This process, by its host's name.</summary>
    public static LockIdentity Current() => new(
        FindHostname(),
        OperatingSystem.IsWindows() ? $@"{Environment.UserDomainName}\{Environment.UserName}" : Environment.UserName,
        Environment.ProcessId,
        OperatingSystem.IsWindows() ? 0 : ProcessCalls.GetUid(),
        OperatingSystem.IsWindows() ? 0 : ProcessCalls.GetGid());

    /// <summary>
    /// This process, as its locks name it: in a container with the pod's UID behind the host's name, so that restic does not
    /// take it for a process of its own host either.
    /// </summary>
    public static LockIdentity ForLocks()
    {
        LockIdentity us = Current();
        HostInstance here = HostInstance.Current;
        return us with
        {
            Hostname = here.Container is null ? us.Hostname : $"{us.Hostname}/{here.Container}",
            Instance = here.Id,
        };
    }

    /// <summary>Whether this process can see whether the other one lives.</summary>
    public bool Sees(LockIdentity other) => Instance.Length > 0 && other.Instance.Length > 0
        ? Instance == other.Instance
        : Hostname == other.Hostname && Hostname.Length > 0;

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
