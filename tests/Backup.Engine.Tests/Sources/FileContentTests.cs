using Backup.Engine.Sources;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Sources;

public sealed class FileContentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactOnLinux]
    public void The_content_is_read_to_its_end_and_again()
    {
        byte[] expected = new byte[700_000];
        new Random(1).NextBytes(expected);
        (FileSystemSource source, SourceEntry entry) = Find(expected);
        using SourceContent content = source.Open(entry);

        byte[] first = ReadAll(content);
        bool canRewind = content.TryRewind();
        byte[] second = ReadAll(content);

        Assert.Equal(expected, first);
        Assert.True(canRewind);
        Assert.Equal(expected, second);
    }

    [FactOnLinux]
    public void An_unchanged_file_has_the_node_of_the_walk()
    {
        (FileSystemSource source, SourceEntry entry) = Find([1, 2, 3]);
        using SourceContent content = source.Open(entry);
        ReadAll(content);

        Assert.Same(entry.Node, content.ReadNode());
    }

    [FactOnLinux]
    public void A_changed_file_has_a_node_of_its_own()
    {
        (FileSystemSource source, SourceEntry entry) = Find([1, 2, 3]);
        using SourceContent content = source.Open(entry);
        File.AppendAllText(_folder.Combine("file"), "more");
        File.SetLastWriteTimeUtc(_folder.Combine("file"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Node? node = content.ReadNode();

        Assert.Equal(7ul, node?.Size);
        Assert.Equal(978_307_200, node?.ModTime.Seconds);
        Assert.Equal(entry.Node?.Name, node?.Name);
        Assert.Equal(entry.Node?.Inode, node?.Inode);
    }

    [FactOnLinux]
    public void A_pipe_in_the_files_place_is_refused_without_waiting_for_a_writer()
    {
        (FileSystemSource source, SourceEntry entry) = Find([1]);
        File.Delete(_folder.Combine("file"));
        using (PosixFolder folder = PosixFolder.Open(_folder.FullName))
        {
            folder.MakeNode("file", PosixKind.Fifo);
        }

        IOException error = Assert.Throws<IOException>(() => source.Open(entry));

        Assert.Contains("something else", error.Message, StringComparison.Ordinal);
    }

    [FactOnLinux]
    public void A_link_in_the_files_place_is_not_followed()
    {
        (FileSystemSource source, SourceEntry entry) = Find([1]);
        File.Delete(_folder.Combine("file"));
        File.CreateSymbolicLink(_folder.Combine("file"), "/etc/passwd");

        Assert.Throws<IOException>(() => source.Open(entry));
    }

    [FactOnLinux]
    public void A_directory_in_the_files_place_is_refused()
    {
        (FileSystemSource source, SourceEntry entry) = Find([1]);
        File.Delete(_folder.Combine("file"));
        _folder.CreateFolder("file");

        Assert.Throws<IOException>(() => source.Open(entry));
    }

    [FactOnLinux]
    public void A_file_that_vanished_is_told_as_such()
    {
        (FileSystemSource source, SourceEntry entry) = Find([1]);
        File.Delete(_folder.Combine("file"));

        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => source.Open(entry));

        Assert.Contains(_folder.Combine("file"), error.Message, StringComparison.Ordinal);
    }

    [FactOnLinux(User = RunBy.OrdinaryUser)]
    public void A_file_that_may_not_be_read_is_told_as_such()
    {
        (FileSystemSource source, SourceEntry entry) = Find([1]);
        File.SetUnixFileMode(_folder.Combine("file"), UnixFileMode.None);

        Assert.Throws<UnauthorizedAccessException>(() => source.Open(entry));
    }

    [FactOnLinux]
    public void Reading_leaves_no_trace_in_the_access_time()
    {
        (FileSystemSource source, SourceEntry entry) = Find([1, 2, 3]);
        DateTime before = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastAccessTimeUtc(_folder.Combine("file"), before);

        using (SourceContent content = source.Open(entry))
        {
            ReadAll(content);
        }

        Assert.Equal(before, File.GetLastAccessTimeUtc(_folder.Combine("file")));
    }

    private (FileSystemSource Source, SourceEntry Entry) Find(byte[] content)
    {
        _folder.WriteFile("file", content);
        FileSystemSource source = WalkRecorder.Source(
            new FileSystemSourceOptions { Paths = ["file"], WorkingDirectory = _folder.FullName });
        return (source, source.Walk(CancellationToken.None).Single());
    }

    private static byte[] ReadAll(SourceContent content)
    {
        var bytes = new MemoryStream();
        byte[] buffer = new byte[100_000];
        int read;
        while ((read = content.Read(buffer)) > 0)
        {
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
