using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Backup.Engine.Sources;

/// <summary>The users and groups of Linux and macOS: each name is asked for once. Thread-safe.</summary>
internal sealed unsafe partial class UnixAccounts
{
    private const int BufferTooSmall = 34; // ERANGE
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

    /// <summary>The user who runs this process.</summary>
    [LibraryImport("libc", EntryPoint = "getuid")]
    public static partial uint GetUser();

    /// <summary>That user's group.</summary>
    [LibraryImport("libc", EntryPoint = "getgid")]
    public static partial uint GetGroup();

    private static string Find(uint id, bool isGroup)
    {
        for (int length = 4096; length <= MaxBufferLength; length *= 4)
        {
            byte[] buffer = new byte[length];
            fixed (byte* text = buffer)
            {
                AccountEntry entry;
                AccountEntry* result = null;
                int error = isGroup
                    ? GetGroupEntry(id, &entry, text, length, &result)
                    : GetUserEntry(id, &entry, text, length, &result);
                if (error != BufferTooSmall)
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

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int GetUserEntry(uint uid, AccountEntry* entry, byte* buffer, nint length, AccountEntry** result);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    private static partial int GetGroupEntry(uint gid, AccountEntry* entry, byte* buffer, nint length, AccountEntry** result);

    /// <summary>The beginning of <c>struct passwd</c> and <c>struct group</c>, with room for the rest of either.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct AccountEntry
    {
        [FieldOffset(0)]
        public byte* Name;
    }

    private sealed record Account(uint Id, string Name);
}
