using System.Text;

namespace Backup.TestKit.Files;

/// <summary>Bytes for files and attributes.</summary>
internal static class SampleContent
{
    private static readonly string[] Words =
        ["backup", "restore", "pack", "blob", "tree", "the", "of", "and", "snapshot", "0000", "index", "\n", "Über", "{}", "[]", "\t"];

    public static byte[] Random(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>About so many bytes that compress well.</summary>
    public static byte[] Text(Random random, int length)
    {
        var text = new StringBuilder(length + 10);
        while (text.Length < length)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(' ');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A list as the system stores it: the owner, one other user, the group, the mask, the others.</summary>
    public static byte[] AccessControlList()
    {
        using var list = new MemoryStream();
        using var writer = new BinaryWriter(list);
        writer.Write(2); // version
        foreach ((ushort tag, ushort permissions, uint id) in new (ushort, ushort, uint)[]
            { (1, 6, uint.MaxValue), (2, 4, 1234), (4, 4, uint.MaxValue), (16, 4, uint.MaxValue), (32, 0, uint.MaxValue) })
        {
            writer.Write(tag);
            writer.Write(permissions);
            writer.Write(id);
        }

        return list.ToArray();
    }

    /// <summary>The capability to bind to low ports, revision 2.</summary>
    public static byte[] Capability()
    {
        using var value = new MemoryStream();
        using var writer = new BinaryWriter(value);
        foreach (uint word in new uint[] { 0x02000001, 0x400, 0, 0, 0 })
        {
            writer.Write(word);
        }

        return value.ToArray();
    }
}
