using System.Runtime.InteropServices;

namespace Backup.Engine.Sources.Linux;

/// <summary><c>struct statx_timestamp</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct StatXTime
{
    [FieldOffset(0)]
    public long Seconds;

    [FieldOffset(8)]
    public uint Nanoseconds;

    public readonly UnixTime ToUnixTime() => new(Seconds, (int)Nanoseconds);
}
