using System.Diagnostics;
using System.Globalization;

namespace Backup.Benchmarks.Scale;

/// <summary>
/// Very many tiny files in ten equal parts, which are folders. A tenth of each part's files is in one folder, the others
/// are in folders of 500, 20 of them in one above; every second one of those is called odd.
/// </summary>
internal sealed class SmallFiles
{
    /// <summary>How many parts there are.</summary>
    public const int Parts = 10;

    /// <summary>The name of one file, in the first part.</summary>
    public const string RareName = "the only one";

    /// <summary>Leaves out every second folder.</summary>
    public const string OddFolders = "odd *";

    private const int FilesPerFolder = 500;
    private const int FoldersPerFolder = 20;
    private const long BytesPerFile = 7_000; // the least a file takes on a disk, and what two repositories and a prune need of it

    private SmallFiles(string path, int filesPerPart) => (Path, FilesPerPart) = (path, filesPerPart);

    /// <summary>The folder with the parts.</summary>
    public string Path { get; }

    /// <summary>How many files a part has.</summary>
    public int FilesPerPart { get; }

    /// <summary>The folder of a part, in the one with all parts.</summary>
    public static string NameOf(int part) => string.Create(CultureInfo.InvariantCulture, $"part {part}");

    /// <summary>Writes them, or takes those that were written before.</summary>
    /// <exception cref="IOException">There is no room for them.</exception>
    public static SmallFiles Make(string work, int count)
    {
        int filesPerPart = count / Parts;
        string path = System.IO.Path.Combine(work, string.Create(CultureInfo.InvariantCulture, $"files-{count}"));
        if (!Directory.Exists(path))
        {
            long begin = Stopwatch.GetTimestamp();
            string unfinished = path + ".unfinished";
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            RefuseWithoutRoom(work, count);
            Write(unfinished, filesPerPart);
            Directory.Move(unfinished, path);
            using Process sync = Process.Start("sync"); // what is still to be written would slow down the first who is measured
            sync.WaitForExit();
            Console.Error.WriteLine($"wrote {count} files in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
        }

        return new SmallFiles(path, filesPerPart);
    }

    private static void RefuseWithoutRoom(string work, int count)
    {
        long available = new DriveInfo(work).AvailableFreeSpace;
        if (available < count * BytesPerFile)
        {
            throw new IOException($"{count:N0} files and their repositories want {count * BytesPerFile / 1e9:F1} GB, there are {available / 1e9:F1}. Name another folder by --work.");
        }
    }

    private static void Write(string path, int filesPerPart)
    {
        int inOneFolder = filesPerPart / 10;
        int foldersPerPart = 1 + ((filesPerPart - inOneFolder + FilesPerFolder - 1) / FilesPerFolder);
        Parallel.For(0, Parts * foldersPerPart, index =>
        {
            int part = index / foldersPerPart;
            int folder = (index % foldersPerPart) - 1;
            int first = folder < 0 ? 0 : inOneFolder + (folder * FilesPerFolder);
            int end = folder < 0 ? inOneFolder : Math.Min(filesPerPart, first + FilesPerFolder);
            WriteFolder(System.IO.Path.Combine(path, NameOf(part), FolderName(folder)), (part * filesPerPart) + first, end - first);
        });
    }

    private static string FolderName(int folder) => folder < 0
        ? "many"
        : string.Create(CultureInfo.InvariantCulture, $"{folder / FoldersPerFolder:D4}/{(folder % 2 == 0 ? "even" : "odd")} {folder:D6}");

    private static string FileName(int number) =>
        number == 0 ? RareName : string.Create(CultureInfo.InvariantCulture, $"file {number:D9}");

    private static void WriteFolder(string path, int first, int count)
    {
        Directory.CreateDirectory(path);
        for (int number = first; number < first + count; number++)
        {
            byte[] content = new byte[40 + (number % 160)];
            new Random(number).NextBytes(content); // no two are alike
            File.WriteAllBytes(System.IO.Path.Combine(path, FileName(number)), content);
        }
    }
}
