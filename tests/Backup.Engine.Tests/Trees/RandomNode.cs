using System.Text;

namespace Backup.Engine.Tests.Trees;

/// <summary>Makes nodes with everything that may be in one.</summary>
internal static class RandomNode
{
    /// <summary>Nodes with different names in the order of a tree.</summary>
    public static List<Node> List(Random random, int count) =>
        Enumerable.Range(0, count)
            .Select(_ => Create(random))
            .DistinctBy(node => node.Name)
            .OrderBy(node => node.Name, FileName.Comparer)
            .ToList();

    /// <summary>One node.</summary>
    public static Node Create(Random random) => new()
    {
        Name = Name(random),
        Type = (NodeType)random.Next(8),
        Mode = Sometimes(random, (uint)random.NextInt64(uint.MaxValue)),
        ModTime = Time(random),
        AccessTime = Time(random),
        ChangeTime = Time(random),
        Uid = Sometimes(random, (uint)random.NextInt64(uint.MaxValue)),
        Gid = Sometimes(random, (uint)random.NextInt64(uint.MaxValue)),
        User = Sometimes(random, Text(random)) ?? "",
        Group = Sometimes(random, Text(random)) ?? "",
        Inode = Sometimes(random, (ulong)random.NextInt64() * 2),
        DeviceId = Sometimes(random, ulong.MaxValue),
        Size = Sometimes(random, (ulong)random.NextInt64()),
        Links = Sometimes(random, (ulong)random.Next(5)),
        LinkTarget = Sometimes(random, Name(random)) ?? "",
        ExtendedAttributes = random.Next(3) == 0
            ? Enumerable.Range(0, random.Next(4)).Select(_ => new ExtendedAttribute(Text(random), Bytes(random))).ToArray()
            : [],
        GenericAttributes = random.Next(4) == 0
            ? new Dictionary<string, ReadOnlyMemory<byte>>
            {
                ["windows.file_attributes"] = "32"u8.ToArray(),
                ["windows.creation_time"] = "\"MTIzNA==\""u8.ToArray(),
            }
            : null,
        Device = Sometimes(random, (ulong)random.NextInt64()),
        Content = random.Next(2) == 0 ? Enumerable.Range(0, random.Next(4)).Select(_ => Id(random)).ToArray() : null,
        Subtree = random.Next(2) == 0 ? Id(random) : null,
        Error = Sometimes(random, Text(random)) ?? "",
    };

    /// <summary>Any id.</summary>
    public static BlobId Id(Random random)
    {
        byte[] bytes = new byte[Digest.Length];
        random.NextBytes(bytes);
        return new BlobId(new Digest(bytes));
    }

    /// <summary>A name of any bytes but NUL and slash.</summary>
    public static string Name(Random random)
    {
        byte[] bytes = random.Next(3) switch
        {
            0 => Encoding.UTF8.GetBytes(Text(random)),
            1 => Bytes(random),
            _ => Encoding.ASCII.GetBytes("file" + random.Next(100_000)),
        };
        bytes = bytes.Where(one => one is not 0 and not (byte)'/').ToArray();
        return bytes.Length == 0 ? "x" : FileName.Decode(bytes);
    }

    /// <summary>Valid text from all planes, with what needs escapes.</summary>
    public static string Text(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            int value = random.Next(6) switch
            {
                0 => random.Next(0x20),
                1 => "\"\\<>&'\u007f\u00a0\u2028\u2029\ufeff\ufffd"[random.Next(12)],
                2 => random.Next(0x110000),
                3 => random.Next(0x3000),
                _ => random.Next(0x20, 0x7F),
            };
            text.Append(Rune.IsValid(value) ? new Rune(value) : new Rune('s'));
        }

        return text.ToString();
    }

    /// <summary>A time between the years 0 and 9999.</summary>
    public static Timestamp Time(Random random)
    {
        int nanoseconds = random.Next(3) switch
        {
            0 => 0,
            1 => random.Next(1000) * 1_000_000,
            _ => random.Next(1_000_000_000),
        };
        short offset = random.Next(2) == 0 ? (short)0 : (short)random.Next(-1439, 1440);
        long seconds = random.Next(2) == 0 ? random.NextInt64(2_000_000_000) : random.NextInt64(-62_167_132_800, 253_402_214_400);
        return new Timestamp(seconds, nanoseconds, offset);
    }

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static T? Sometimes<T>(Random random, T value) => random.Next(2) == 0 ? value : default;
}
