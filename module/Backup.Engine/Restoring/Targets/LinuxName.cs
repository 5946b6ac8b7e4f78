using System.Runtime.InteropServices;

namespace Backup.Engine.Restoring.Targets;

/// <summary>Names as the kernel takes them: bytes with a zero at the end.</summary>
internal static class LinuxName
{
    /// <summary>Room for every name of a path's part: longer ones go to the heap.</summary>
    public const int Room = (3 * 255) + 1;

    /// <summary>Encodes a name or a link's target.</summary>
    /// <param name="name">As <see cref="FileName"/> decodes it; must not contain NUL.</param>
    /// <param name="room">Where the bytes go if they fit.</param>
    public static ReadOnlySpan<byte> Encode(string name, Span<byte> room)
    {
        int needed = FileName.MaxEncodedLength(name.Length) + 1;
        Span<byte> bytes = needed <= room.Length ? room : new byte[needed];
        int length = FileName.Encode(name, bytes);
        bytes[length] = 0;
        return bytes[..(length + 1)];
    }

    /// <summary>What the last call that failed says.</summary>
    /// <param name="what">What was tried, on which name: the beginning of the message.</param>
    public static TargetException Error(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        return new TargetException(FailureOf(error), $"{what}: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    /// <summary>What the last call that failed means for the restore.</summary>
    public static TargetFailure LastFailure() => FailureOf(Marshal.GetLastPInvokeError());

    private static TargetFailure FailureOf(int error) => error switch
    {
        2 => TargetFailure.NotFound, // ENOENT
        1 or 13 => TargetFailure.Denied, // EPERM, EACCES
        17 or 39 => TargetFailure.Exists, // EEXIST, ENOTEMPTY
        20 or 21 => TargetFailure.WrongKind, // ENOTDIR, EISDIR
        40 => TargetFailure.IsLink, // ELOOP
        28 or 122 => TargetFailure.Full, // ENOSPC, EDQUOT
        18 or 22 or 31 or 38 or 95 => TargetFailure.NotSupported, // EXDEV, EINVAL, EMLINK, ENOSYS, EOPNOTSUPP
        _ => TargetFailure.Other,
    };
}
