using System.Text;
using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class SingleFileSourceTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void A_streams_content_is_a_file_below_the_root()
    {
        IBackupSource source = SourceFactory.Stream(new StreamSourceOptions { Content = Text("dump"), FileName = "db.sql" }, _time);

        SourceEntry entry = Assert.Single(source.Walk(CancellationToken.None));

        Assert.Equal(["/db.sql"], source.Paths);
        Assert.Equal("/db.sql", entry.Path);
        Assert.Equal(NodeType.File, entry.Node?.Type);
        Assert.Equal(0x1A4u, entry.Node?.Mode);
        Assert.Equal("dump", ReadAll(source, entry));
    }

    [Theory]
    [InlineData("a/b/c")]
    [InlineData("/a//b/./c")]
    [InlineData("../a/x/../b/c")]
    public void A_path_puts_it_into_directories(string fileName)
    {
        IBackupSource source = SourceFactory.Stream(new StreamSourceOptions { Content = Text("x"), FileName = fileName }, _time);

        SourceEntry[] entries = [.. source.Walk(CancellationToken.None)];

        Assert.Equal(["/a", "/a/b", "/a/b/c", "/a/b", "/a"], entries.Select(entry => entry.Path));
        Assert.All(entries[..2], entry => Assert.True(entry.IsIntermediate && entry.Kind == SourceEntryKind.DirectoryStart));
        Assert.Equal(SourceEntryKind.Item, entries[2].Kind);
        Assert.All(entries[3..], entry => Assert.Equal(SourceEntryKind.DirectoryEnd, entry.Kind));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/..")]
    public void A_name_that_names_no_file_is_refused(string fileName)
    {
        var options = new StreamSourceOptions { Content = Text("x"), FileName = fileName };

        Assert.Throws<ArgumentException>(() => SourceFactory.Stream(options, _time));
    }

    [Fact]
    public void An_empty_stream_makes_no_snapshot()
    {
        IBackupSource source = SourceFactory.Stream(new StreamSourceOptions { Content = new MemoryStream() }, _time);

        SourceException error = Assert.Throws<SourceException>(() => ReadAll(source));

        Assert.Contains("stdin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_is_read_only_once()
    {
        IBackupSource source = SourceFactory.Stream(new StreamSourceOptions { Content = Text("x") }, _time);
        ReadAll(source);

        Assert.Throws<SourceException>(() => ReadAll(source));
    }

    [Fact]
    public void The_time_is_the_one_that_was_asked_for()
    {
        var time = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
        var options = new StreamSourceOptions { Content = Text("x"), FileName = "a/b", ModTime = time };

        IEnumerable<SourceEntry> entries = SourceFactory.Stream(options, _time).Walk(CancellationToken.None);

        Assert.All(entries.Where(entry => entry.Node is not null), entry => Assert.Equal(Timestamp.From(time), entry.Node?.ModTime));
    }

    [FactIfOnPath("sh")]
    public void A_commands_output_is_the_content_and_its_errors_are_passed_on()
    {
        var errors = new List<string>();
        IBackupSource source = Command(errors.Add, "sh", "-c", "echo first >&2; printf '%s|%s' \"$1\" \"$2\"; echo last >&2", "sh", "a b", "$HOME;*");

        string content = ReadAll(source);

        Assert.Equal("a b|$HOME;*", content);
        Assert.Equal(["first", "last"], errors);
    }

    [FactIfOnPath("sh")]
    public void A_failing_command_makes_no_snapshot_and_its_arguments_stay_secret()
    {
        IBackupSource source = Command(null, "sh", "-c", "echo half of it; exit 3", "--password=secret");

        SourceException error = Assert.Throws<SourceException>(() => ReadAll(source));

        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [FactIfOnPath("sh")]
    public void A_command_that_writes_nothing_makes_no_snapshot()
    {
        IBackupSource source = Command(null, "sh", "-c", "exit 0");

        Assert.Throws<SourceException>(() => ReadAll(source));
    }

    [Fact]
    public void A_missing_command_is_named()
    {
        IBackupSource source = Command(null, "no-such-program-anywhere");

        SourceException error = Assert.Throws<SourceException>(() => ReadAll(source));

        Assert.Contains("no-such-program-anywhere", error.Message, StringComparison.Ordinal);
    }

    [FactIfOnPath("sh", "sleep")]
    public void Cancelling_kills_the_command()
    {
        using var cancellation = new CancellationTokenSource();
        IBackupSource source = Command(null, "sh", "-c", "echo started; sleep 600");
        SourceEntry entry = source.Walk(cancellation.Token).Single();
        Assert.Single(source.Walk(CancellationToken.None)); // by somebody who only counts
        using SourceContent content = source.Open(entry);
        byte[] buffer = new byte[100];
        content.Read(buffer);

        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => content.Read(buffer));
    }

    [FactIfOnPath("sh", "sleep")]
    public void Disposing_kills_the_command()
    {
        using var folder = new TempFolder();
        IBackupSource source = Command(null, "sh", "-c", "echo $$; exec sleep 600");
        int process;
        using (SourceContent content = source.Open(source.Walk(CancellationToken.None).Single()))
        {
            byte[] buffer = new byte[100];
            process = int.Parse(Encoding.ASCII.GetString(buffer.AsSpan(0, content.Read(buffer))), System.Globalization.CultureInfo.InvariantCulture);
        }

        Assert.True(HasEnded(process), $"process {process} still runs");
    }

    [FactIfOnPath("restic", "sh")]
    [Trait("Category", "Slow")]
    public void It_is_recorded_as_by_restic()
    {
        using var folder = new TempFolder();
        var restic = new Restic(folder.Combine("repository"));
        restic.Init();
        ExternalProgram shell = ExternalProgram.Named("sh");
        shell["TZ"] = "UTC";
        shell["RESTIC_PASSWORD"] = Restic.Password;
        shell.Run("-c", $"echo content | restic -r {restic.Repository} --no-cache -q backup --stdin --stdin-filename dump --time '2020-01-02 03:04:05'");
        string snapshot = restic.Snapshots()[0].Id;
        var time = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
        IBackupSource source = SourceFactory.Stream(
            new StreamSourceOptions { Content = Text("content\n"), FileName = "dump", ModTime = time }, _time);

        SourceTrees trees = SourceTrees.Of(source, SourceTrees.PolynomialOf(restic));

        trees.AssertEqualTo(restic, snapshot);
    }

    private IBackupSource Command(Action<string>? errorLine, params string[] command) =>
        SourceFactory.Command(new CommandSourceOptions { Command = command, ErrorLine = errorLine }, _time);

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string ReadAll(IBackupSource source) => ReadAll(source, source.Walk(CancellationToken.None).Single());

    private static string ReadAll(IBackupSource source, SourceEntry entry)
    {
        using SourceContent content = source.Open(entry);
        var bytes = new MemoryStream();
        byte[] buffer = new byte[3];
        int read;
        while ((read = content.Read(buffer)) > 0)
        {
            bytes.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static bool HasEnded(int process)
    {
        // A killed child is reaped by .NET a moment later; until then it is a zombie.
        string path = $"/proc/{process}/stat";
        return !File.Exists(path) || File.ReadAllText(path).Contains(") Z ", StringComparison.Ordinal);
    }
}
