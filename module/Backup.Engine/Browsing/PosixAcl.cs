using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Backup.Engine.Browsing;

/// <summary>Access control lists of Linux, as its extended attributes have them.</summary>
/// <remarks>Format: linux/posix_acl_xattr.h; text form: acl(5), «long text form».</remarks>
internal static class PosixAcl
{
    private const int HeaderLength = 4;
    private const int EntryLength = 8;
    private const uint Version = 2;

    /// <summary>Turns a list into text with numbers for users and groups, since names differ between machines.</summary>
    /// <returns>Null if this is no such list.</returns>
    public static string? TryFormat(ReadOnlySpan<byte> list)
    {
        if (list.Length < HeaderLength || (list.Length - HeaderLength) % EntryLength != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(list) != Version)
        {
            return null;
        }

        var text = new StringBuilder();
        for (ReadOnlySpan<byte> rest = list[HeaderLength..]; !rest.IsEmpty; rest = rest[EntryLength..])
        {
            string? who = WhoOf(BinaryPrimitives.ReadUInt16LittleEndian(rest), BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            if (who is null)
            {
                return null;
            }

            int permissions = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            text.Append(who)
                .Append((permissions & 4) != 0 ? 'r' : '-')
                .Append((permissions & 2) != 0 ? 'w' : '-')
                .Append((permissions & 1) != 0 ? 'x' : '-')
                .Append('\n');
        }

        return text.ToString();
    }

    private static string? WhoOf(ushort tag, uint id) => tag switch
    {
        0x01 => "user::",
        0x02 => string.Create(CultureInfo.InvariantCulture, $"user:{id}:"),
        0x04 => "group::",
        0x08 => string.Create(CultureInfo.InvariantCulture, $"group:{id}:"),
        0x10 => "mask::",
        0x20 => "other::",
        _ => null,
    };
}
