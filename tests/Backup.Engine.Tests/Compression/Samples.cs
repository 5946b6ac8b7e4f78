using System.Text;

namespace Backup.Engine.Tests.Compression;

/// <summary>Bytes of many kinds to compress.</summary>
internal static class Samples
{
    /// <summary>Something that a seed stands for: empty, noise, repeats, text, records, zeros, or a mixture.</summary>
    public static byte[] Draw(Random random, int maxLength)
    {
        int length = random.Next(3) == 0 ? random.Next(Math.Min(300, maxLength) + 1) : random.Next(maxLength + 1);
        byte[] bytes = new byte[length];
        int position = 0;
        while (position < length)
        {
            int part = random.Next(2) == 0 ? length - position : random.Next(1, length - position + 1);
            Fill(random, bytes.AsSpan(position, part));
            position += part;
        }

        return bytes;
    }

    /// <summary>Text of words that a seed stands for.</summary>
    public static byte[] Text(int seed, int length)
    {
        byte[] bytes = new byte[length];
        FillWithText(new Random(seed), bytes);
        return bytes;
    }

    private static void Fill(Random random, Span<byte> bytes)
    {
        switch (random.Next(7))
        {
            case 0:
                random.NextBytes(bytes);
                break;
            case 1:
                bytes.Fill((byte)random.Next(256));
                break;
            case 2:
                FillWithText(random, bytes);
                break;
            case 3:
                FillWithRepeats(random, bytes);
                break;
            case 4:
                FillWithRecords(random, bytes);
                break;
            case 5:
                // Few values, unevenly: literals that Huffman codes pay for, and no matches.
                for (int i = 0; i < bytes.Length; i++)
                {
                    bytes[i] = (byte)(random.Next(16) * random.Next(16));
                }

                break;
            default:
                // Two values only.
                for (int i = 0; i < bytes.Length; i++)
                {
                    bytes[i] = (byte)(random.Next(40) == 0 ? 'b' : 'a');
                }

                break;
        }
    }

    private static void FillWithText(Random random, Span<byte> bytes)
    {
        string[] words = [.. Enumerable.Range(0, 400).Select(_ =>
            string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => (char)('a' + (int)(26 * Math.Pow(random.NextDouble(), 2))))))];
        var text = new StringBuilder();
        while (text.Length < bytes.Length)
        {
            text.Append(words[(int)(words.Length * Math.Pow(random.NextDouble(), 3))]).Append(random.Next(10) == 0 ? ".\n" : " ");
        }

        Encoding.ASCII.GetBytes(text.ToString(0, bytes.Length), bytes);
    }

    private static void FillWithRepeats(Random random, Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - i, random.Next(1, 1 << random.Next(1, 16)));
            if (i > 0 && random.Next(3) > 0)
            {
                int distance = random.Next(1, i + 1);
                for (int end = i + length; i < end; i++)
                {
                    bytes[i] = bytes[i - distance];
                }
            }
            else
            {
                length = Math.Min(length, 100);
                random.NextBytes(bytes.Slice(i, length));
                i += length;
            }
        }
    }

    private static void FillWithRecords(Random random, Span<byte> bytes)
    {
        int width = random.Next(2, 40);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i % width == 0 ? i / width : i % width < 3 ? random.Next(256) : i % width);
        }
    }
}
