using System.Buffers.Binary;
using System.Globalization;
using Backup.Engine;

namespace Backup.Benchmarks.Scale;

/// <summary>
/// Any number of small files that are on no disk: one blob each, in folders of 500, 100 folders in each folder above. In
/// each generation every fifth folder has new files.
/// </summary>
internal sealed class SyntheticSource(int files, int generation) : IBackupSource
{
    private const int FilesPerFolder = 500;
    private const int FoldersPerFolder = 100;

    public IReadOnlyList<string> Paths => ["/synthetic"];

    public IReadOnlyList<string> Excludes => [];

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken)
    {
        int folders = (files + FilesPerFolder - 1) / FilesPerFolder;
        for (int above = 0; above * FoldersPerFolder < folders; above++)
        {
            string abovePath = $"/{Number(above, 4)}";
            yield return Begin(abovePath);
            for (int folder = above * FoldersPerFolder; folder < Math.Min(folders, (above + 1) * FoldersPerFolder); folder++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string path = $"{abovePath}/{Number(folder, 6)}";
                yield return Begin(path);
                for (int file = folder * FilesPerFolder; file < Math.Min(files, (folder + 1) * FilesPerFolder); file++)
                {
                    yield return File(path, file);
                }

                yield return new SourceEntry { Kind = SourceEntryKind.DirectoryEnd, Path = path };
            }

            yield return new SourceEntry { Kind = SourceEntryKind.DirectoryEnd, Path = abovePath };
        }
    }

    public SourceContent Open(SourceEntry entry)
    {
        byte[] content = new byte[40];
        BinaryPrimitives.WriteInt64LittleEndian(content, (long)entry.Node!.Inode); // a file has one
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(8), GenerationOf((int)entry.Node.Inode));
        return new BytesContent(content);
    }

    private static string Number(int number, int digits) => number.ToString($"D{digits}", CultureInfo.InvariantCulture);

    private static SourceEntry Begin(string path) => new()
    {
        Kind = SourceEntryKind.DirectoryStart,
        Path = path,
        Node = new Node { Name = path[(path.LastIndexOf('/') + 1)..], Type = NodeType.Directory, Mode = 0x800001ED, ModTime = new Timestamp(1_700_000_000, 0, 0) },
    };

    private SourceEntry File(string folder, int number)
    {
        string name = $"file {Number(number, 8)}";
        var time = new Timestamp(1_700_000_000 + GenerationOf(number), 0, 0);
        return new SourceEntry
        {
            Kind = SourceEntryKind.Item,
            Path = $"{folder}/{name}",
            Node = new Node
            {
                Name = name,
                Type = NodeType.File,
                Mode = 0x1A4,
                ModTime = time,
                AccessTime = time,
                ChangeTime = time,
                Inode = (ulong)number,
                Size = 40,
                Links = 1,
            },
        };
    }

    private int GenerationOf(int file) => file / FilesPerFolder % 5 == 0 ? generation : 0;

    private sealed class BytesContent(byte[] content) : SourceContent
    {
        private int _read;

        public override int Read(Span<byte> buffer)
        {
            int length = Math.Min(buffer.Length, content.Length - _read);
            content.AsSpan(_read, length).CopyTo(buffer);
            _read += length;
            return length;
        }
    }
}
