using System.Buffers.Binary;

namespace Backup.TestKit.Files;

/// <summary>What the system says of a file.</summary>
/// <param name="Mode">As <c>st_mode</c>: kind and permissions.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Owner">User id.</param>
/// <param name="Group">Group id.</param>
/// <param name="Inode">Unique within <paramref name="FileSystem"/>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="AllocatedBytes">Less than the size: there are holes.</param>
/// <param name="ModSeconds">Modification time, since 1970, negative before.</param>
/// <param name="ModNanoseconds">0 … 999,999,999.</param>
/// <param name="Device">Major and minor number of a device node.</param>
/// <param name="FileSystem">Major and minor number of the device that the file is on.</param>
public readonly record struct PosixStat(
    uint Mode,
    uint Links,
    uint Owner,
    uint Group,
    ulong Inode,
    long Size,
    long AllocatedBytes,
    long ModSeconds,
    uint ModNanoseconds,
    (uint Major, uint Minor) Device,
    (uint Major, uint Minor) FileSystem)
{
    /// <summary>What it is.</summary>
    public PosixKind Kind => (PosixKind)(Mode & 0xF000);

    /// <summary>Reads the kernel's <c>struct statx</c>, which is the same on all architectures.</summary>
    internal static PosixStat Parse(ReadOnlySpan<byte> statx) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(statx[28..]),
        BinaryPrimitives.ReadUInt32LittleEndian(statx[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(statx[20..]),
        BinaryPrimitives.ReadUInt32LittleEndian(statx[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(statx[32..]),
        BinaryPrimitives.ReadInt64LittleEndian(statx[40..]),
        BinaryPrimitives.ReadInt64LittleEndian(statx[48..]) * 512,
        BinaryPrimitives.ReadInt64LittleEndian(statx[112..]),
        BinaryPrimitives.ReadUInt32LittleEndian(statx[120..]),
        (BinaryPrimitives.ReadUInt32LittleEndian(statx[128..]), BinaryPrimitives.ReadUInt32LittleEndian(statx[132..])),
        (BinaryPrimitives.ReadUInt32LittleEndian(statx[136..]), BinaryPrimitives.ReadUInt32LittleEndian(statx[140..])));
}
