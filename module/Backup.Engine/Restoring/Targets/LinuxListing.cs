using System.Runtime.InteropServices;

namespace Backup.Engine.Restoring.Targets;

/// <summary>Lists directories as bytes: .NET's own listing can't tell names apart that are not UTF-8.</summary>
internal static unsafe class LinuxListing
{
    private const int BufferLength = 64 * 1024;
    private const int RecordLengthOffset = 16; // after the kernel's 64-bit inode and offset
    private const int NameOffset = 19;

    /// <summary>The names in a directory that was opened for this, without <c>.</c> and <c>..</c>.</summary>
    public static List<string> Read(LinuxHandle directory)
    {
        var names = new List<string>();
        byte[] buffer = new byte[BufferLength];
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                nint length = LinuxCalls.ListDirectory(directory, pointer, BufferLength);
                if (length < 0)
                {
                    throw LinuxName.Error("Listing the directory failed");
                }

                if (length == 0)
                {
                    return names;
                }

                Parse(buffer.AsSpan(0, (int)length), names);
            }
        }
    }

    private static void Parse(ReadOnlySpan<byte> records, List<string> names)
    {
        while (records.Length > NameOffset)
        {
            int length = MemoryMarshal.Read<ushort>(records[RecordLengthOffset..]);
            ReadOnlySpan<byte> name = records[NameOffset..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(FileName.Decode(name));
            }

            records = records[length..];
        }
    }
}
