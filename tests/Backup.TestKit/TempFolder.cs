using System.Diagnostics;

namespace Backup.TestKit;

/// <summary>A new folder of one test, removed with everything in it when the test ends.</summary>
public sealed class TempFolder : IDisposable
{
    private const string Prefix = "backup-test-";
    private const string SharedMemory = "/dev/shm";

    /// <summary>Creates the folder.</summary>
    public TempFolder()
        : this(Directory.CreateTempSubdirectory(Prefix).FullName)
    {
    }

    private TempFolder(string fullName) => FullName = fullName;

    /// <summary>Its full path.</summary>
    public string FullName { get; }

    /// <summary>
    /// A folder in memory where the system has such a disk, for tests that write durably: there it costs nothing. It may
    /// have room for no more than 64 MiB.
    /// </summary>
    public static TempFolder InMemory() => Directory.Exists(SharedMemory)
        ? new TempFolder(Directory.CreateDirectory(Path.Join(SharedMemory, Prefix + Path.GetRandomFileName())).FullName)
        : new TempFolder();

    /// <summary>The full path of something in it.</summary>
    /// <param name="relativePath">Relative to the folder, with <c>/</c> between its parts.</param>
    public string Combine(string relativePath) => Path.Combine(FullName, relativePath);

    /// <summary>Creates a folder in it, with those above, and gives its full path.</summary>
    public string CreateFolder(string relativePath) => Directory.CreateDirectory(Combine(relativePath)).FullName;

    /// <summary>Writes a file in it, creates the folders above, and gives its full path.</summary>
    public string WriteFile(string relativePath, ReadOnlySpan<byte> content)
    {
        string path = Combine(relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? FullName);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Writes a text file in it.</summary>
    public string WriteFile(string relativePath, string content) =>
        WriteFile(relativePath, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Removes the folder: read-only files, closed or very deep folders and names that are not UTF-8, too.</summary>
    public void Dispose()
    {
        if (!Directory.Exists(FullName))
        {
            return;
        }

        try
        {
            Directory.Delete(FullName, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            DeleteStubbornly();
        }
    }

    private void DeleteStubbornly()
    {
        if (OperatingSystem.IsWindows())
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(FullName, "*", SearchOption.AllDirectories))
            {
                File.SetAttributes(path, FileAttributes.Normal);
            }

            Directory.Delete(FullName, recursive: true);
            return;
        }

        // .NET can't name what is not UTF-8; the tools can.
        Run("chmod", "-R", "u+rwx", FullName);
        Run("rm", "-rf", FullName);
        if (Directory.Exists(FullName))
        {
            throw new IOException($"The test's folder {FullName} can't be removed.");
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })
            ?? throw new IOException($"{program} can't be started.");
        process.StandardError.ReadToEnd();
        process.WaitForExit();
    }
}
