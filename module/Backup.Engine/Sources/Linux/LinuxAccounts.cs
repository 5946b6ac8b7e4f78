using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Backup.Engine.Sources.Linux;

/// <summary>The names of users and groups, each asked for once. Thread-safe.</summary>
internal sealed unsafe class LinuxAccounts
{
    private const int MaxBufferLength = 1 << 20; // a group can have many members

    private readonly ConcurrentDictionary<uint, string> _users = new();
    private readonly ConcurrentDictionary<uint, string> _groups = new();
    private Account _lastUser = new(uint.MaxValue, "");
    private Account _lastGroup = new(uint.MaxValue, "");

    /// <summary>A user's name; empty if unknown.</summary>
    public string UserName(uint uid)
    {
        Account last = _lastUser;
        if (last.Id != uid)
        {
            last = new Account(uid, _users.GetOrAdd(uid, static id => Find(id, isGroup: false)));
            _lastUser = last;
        }

        return last.Name;
    }

    /// <summary>A group's name; empty if unknown.</summary>
    public string GroupName(uint gid)
    {
        Account last = _lastGroup;
        if (last.Id != gid)
        {
            last = new Account(gid, _groups.GetOrAdd(gid, static id => Find(id, isGroup: true)));
            _lastGroup = last;
        }

        return last.Name;
    }

    private static string Find(uint id, bool isGroup)
    {
        for (int length = 4096; length <= MaxBufferLength; length *= 4)
        {
            byte[] buffer = new byte[length];
            fixed (byte* text = buffer)
            {
                LinuxCalls.AccountEntry entry;
                LinuxCalls.AccountEntry* result = null;
                int error = isGroup
                    ? LinuxCalls.GetGroupEntry(id, &entry, text, length, &result)
                    : LinuxCalls.GetUserEntry(id, &entry, text, length, &result);
                if (error != LinuxError.NoRange)
                {
                    // Other errors mean an unknown account: the number is recorded in any case.
                    return error == 0 && result is not null
                        ? FileName.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(result->Name))
                        : "";
                }
            }
        }

        return "";
    }

    private sealed record Account(uint Id, string Name);
}
