using System.Text;
using Backup.Engine.Sources;
using Backup.Engine.Sources.Linux;
using Backup.Engine.Sources.Managed;

namespace Backup.Engine.Tests.Sources;

public sealed class ManagedFileSystemTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactOnLinux]
    public void It_walks_as_the_systems_own_way_does()
    {
        _folder.WriteFile("target/a/file", "content");
        _folder.WriteFile("target/a-file", "");
        _folder.WriteFile("target/b/.hidden", "x");
        File.CreateSymbolicLink(_folder.Combine("target/link"), "a");
        File.CreateSymbolicLink(_folder.Combine("target/dangling"), "nowhere");
        File.SetUnixFileMode(_folder.Combine("target/a/file"), UnixFileMode.UserRead | UnixFileMode.SetUser);
        var options = new FileSystemSourceOptions { Paths = ["target"], WorkingDirectory = _folder.FullName, Excludes = [".hidden"] };
        var zone = new LocalZone(TimeZoneInfo.Utc);

        SourceEntry[] ours = [.. new FileSystemSource(options, new ManagedFileSystem(), zone).Walk(CancellationToken.None)];

        SourceEntry[] expected = [.. new FileSystemSource(options, new LinuxFileSystem(), zone).Walk(CancellationToken.None)];
        Assert.Equal(string.Join("\n", expected.Select(Describe)), string.Join("\n", ours.Select(Describe)));
    }

    [FactOnLinux]
    public void Contents_are_read_and_read_again()
    {
        string file = _folder.WriteFile("file", "content");
        var source = new FileSystemSource(
            new FileSystemSourceOptions { Paths = ["file"], WorkingDirectory = _folder.FullName }, new ManagedFileSystem(), new LocalZone(TimeZoneInfo.Utc));
        SourceEntry entry = source.Walk(CancellationToken.None).Single();
        using SourceContent content = source.Open(entry);
        byte[] buffer = new byte[100];

        int first = content.Read(buffer);
        bool canRewind = content.TryRewind();
        int second = content.Read(buffer);

        Assert.Equal((7, true, 7), (first, canRewind, second));
        Assert.Equal("content", Encoding.ASCII.GetString(buffer, 0, 7));
        Assert.Equal(entry.Node?.ModTime, content.ReadNode()?.ModTime);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void What_is_missing_is_told_as_such()
    {
        Assert.Throws<FileNotFoundException>(() => new ManagedFileSystem().ReadStatus(_folder.Combine("missing"), followLinks: false));
    }

    [Fact]
    public void Windows_attributes_are_written_as_restic_does()
    {
        string file = _folder.WriteFile("file", "x");
        long created = DateTime.FromFileTimeUtc(0x01D9_1234_89AB_CDEF).ToFileTimeUtc();

        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> attributes =
            ManagedFileSystem.WindowsAttributes(FileAttributes.ReadOnly | FileAttributes.Archive, created);

        Assert.Equal("""{"LowDateTime":2309737967,"HighDateTime":31003188}""", Encoding.ASCII.GetString(attributes["windows.creation_time"].Span));
        Assert.Equal("33", Encoding.ASCII.GetString(attributes["windows.file_attributes"].Span));
        Assert.True(File.Exists(file));
    }

    [Theory]
    [InlineData(FileAttributes.Normal, NodeType.File, 0x1B6u)]
    [InlineData(FileAttributes.ReadOnly, NodeType.File, 0x124u)]
    [InlineData(FileAttributes.Directory, NodeType.Directory, 0x8000_01FFu)]
    [InlineData(FileAttributes.Directory | FileAttributes.ReadOnly, NodeType.Directory, 0x8000_016Du)]
    [InlineData(FileAttributes.ReparsePoint, NodeType.Symlink, 0x0800_01B6u)]
    public void Windows_modes_are_those_that_Go_makes(FileAttributes attributes, NodeType type, uint expected)
    {
        uint mode = ManagedFileSystem.WindowsMode(attributes, type);

        Assert.Equal(expected, mode);
    }

    // What .NET knows of a file; times to 100 nanoseconds.
    private static string Describe(SourceEntry entry) =>
        $"{entry.Kind} {entry.Path} {entry.Locator} {entry.Node?.Type} {entry.Node?.Mode} {entry.Node?.Size} {entry.Node?.LinkTarget} "
            + $"{entry.Node?.ModTime.Seconds} {entry.Node?.ModTime.Nanoseconds / 100}";
}
