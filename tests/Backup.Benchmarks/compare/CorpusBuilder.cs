using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Backup.Benchmarks.Compare;

/// <summary>Builds the folders that are backed up. One that is there for the same scale is taken as it is.</summary>
internal sealed class CorpusBuilder
{
    private const int BlockSize = 1 << 20;

    private readonly Random _random = new(1);
    private readonly string _work;
    private readonly double _scale;

    public CorpusBuilder(string work, double scale) => (_work, _scale) = (work, scale);

    public Corpus Build(char letter)
    {
        string path = Path.Combine(_work, string.Create(CultureInfo.InvariantCulture, $"corpus-{letter}-{_scale}"));
        if (!Directory.Exists(path))
        {
            string unfinished = path + ".unfinished";
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            Directory.CreateDirectory(unfinished);
            Fill(letter, unfinished);
            Directory.Move(unfinished, path);
        }

        FileInfo[] files = new DirectoryInfo(path).GetFiles("*", SearchOption.AllDirectories);
        return new Corpus(letter, path, files.Length, files.Sum(file => file.Length));
    }

    private void Fill(char letter, string path)
    {
        switch (letter)
        {
            case 'a':
                CopyRealFiles(path, (long)(2e9 * _scale));
                break;
            case 'b':
                WriteSmallFiles(path, (int)(200_000 * _scale));
                break;
            case 'c':
                WriteLargeFiles(path, (long)(1e9 * _scale));
                break;
            case 'd':
                WriteRandom(Path.Combine(path, "random"), (long)(1e9 * _scale));
                break;
            default:
                throw new FormatException($"There is no corpus {letter}.");
        }
    }

    /// <summary>What any Linux with an SDK has: its libraries, programs, documents; a tenth of it twice.</summary>
    private void CopyRealFiles(string path, long bytes)
    {
        string sdk = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        string[] roots = [sdk, "/usr/lib", "/usr/share", "/usr/bin"];
        foreach (string root in roots.Where(Directory.Exists))
        {
            long share = bytes / roots.Length;
            foreach (string file in Directory.EnumerateFiles(root, "*", options).Order(StringComparer.Ordinal))
            {
                if (share <= 0)
                {
                    break;
                }

                long length = new FileInfo(file).Length;
                string relative = file.TrimStart('/');
                if (length > bytes / 10 || File.Exists(Path.Combine(path, relative))) // the SDK may be below one of the other roots
                {
                    continue;
                }

                Copy(file, Path.Combine(path, relative));
                share -= length;
                if (_random.Next(10) == 0)
                {
                    Copy(file, Path.Combine(path, "copies", relative));
                    share -= length;
                }
            }
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to) ?? to);
        File.Copy(from, to);
    }

    private void WriteSmallFiles(string path, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string folder = Path.Combine(path, $"{i / 10_000:D3}", $"{i / 100 % 100:D2}");
            if (i % 100 == 0)
            {
                Directory.CreateDirectory(folder);
            }

            File.WriteAllText(Path.Combine(folder, $"file {i}.txt"), Text(_random.Next(200, 6_000)));
        }
    }

    /// <summary>Half text, half random; the copy has insertions and changes in a thousand places.</summary>
    private void WriteLargeFiles(string path, long length)
    {
        using FileStream original = File.Create(Path.Combine(path, "large"));
        using FileStream copy = File.Create(Path.Combine(path, "large, edited"));
        int blocks = (int)Math.Max(1, length / BlockSize);
        for (int i = 0; i < blocks; i++)
        {
            byte[] block = i % 2 == 0 ? Encoding.UTF8.GetBytes(Text(BlockSize)) : RandomBytes(BlockSize);
            original.Write(block);
            int edits = (int)((1_000L * (i + 1) / blocks) - (1_000L * i / blocks));
            int written = 0;
            for (int edit = 0; edit < edits; edit++)
            {
                int at = _random.Next(written, Math.Min(block.Length, written + (block.Length / edits)));
                copy.Write(block, written, at - written);
                copy.Write(RandomBytes(_random.Next(1, 50)));
                written = _random.Next(2) == 0 ? at : Math.Min(block.Length, at + 20);
            }

            copy.Write(block, written, block.Length - written);
        }
    }

    private void WriteRandom(string path, long length)
    {
        using FileStream file = File.Create(path);
        for (long left = length; left > 0; left -= BlockSize)
        {
            file.Write(RandomBytes((int)Math.Min(BlockSize, left)));
        }
    }

    private byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Text with about the entropy of a log.</summary>
    private string Text(int length)
    {
        var text = new StringBuilder(length + 40);
        while (text.Length < length)
        {
            text.Append(CultureInfo.InvariantCulture, $"2026-01-{_random.Next(1, 31):D2} request {_random.Next(1_000_000)} took {_random.Next(500)} ms\n");
        }

        return text.ToString(0, length);
    }
}
