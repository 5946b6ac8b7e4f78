using System.Runtime.InteropServices;

namespace Backup.Engine.Compression;

/// <summary>zstd.h's <c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdBuffer
{
    /// <summary>The first byte.</summary>
    public byte* Start;

    /// <summary>How many bytes there are.</summary>
    public nuint Length;

    /// <summary>How many of them were read or written.</summary>
    public nuint Position;
}
