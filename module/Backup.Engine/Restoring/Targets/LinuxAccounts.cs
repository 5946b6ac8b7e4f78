using System.Runtime.InteropServices;

namespace Backup.Engine.Restoring.Targets;

/// <summary>Asks the system for users and groups, wherever it has them from.</summary>
internal static unsafe partial class LinuxAccounts
{
    private const int BufferTooSmall = 34; // ERANGE
    private const int InitialLength = 4 * 1024;
    private const int MaxLength = 16 * 1024 * 1024; // a group may list thousands of members

    /// <summary>The id of a user or group; null if there is none of that name, or this isn't Linux.</summary>
    public static uint? Find(string name, bool isGroup)
    {
        if (!OperatingSystem.IsLinux() || name.Contains('\0'))
        {
            return null;
        }

        fixed (byte* key = LinuxName.Encode(name, []))
        {
            for (int length = InitialLength; length <= MaxLength; length *= 4)
            {
                byte[] buffer = new byte[length];
                fixed (byte* pointer = buffer)
                {
                    Account account;
                    Account* found;
                    int error = isGroup
                        ? FindGroup(key, &account, pointer, (nuint)length, &found)
                        : FindUser(key, &account, pointer, (nuint)length, &found);
                    if (error != BufferTooSmall)
                    {
                        return error == 0 && found is not null ? found->Id : null;
                    }
                }
            }
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "getpwnam_r")]
    private static partial int FindUser(byte* name, Account* account, byte* buffer, nuint length, Account** found);

    [LibraryImport("libc", EntryPoint = "getgrnam_r")]
    private static partial int FindGroup(byte* name, Account* account, byte* buffer, nuint length, Account** found);

    /// <summary>The beginning that <c>passwd</c> and <c>group</c> have in common, with room for the rest.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private readonly struct Account
    {
        /// <summary>After the pointers to name and password.</summary>
        [FieldOffset(16)]
        public readonly uint Id;
    }
}
