using Backup.Engine.Storage.Local;

namespace Backup.Engine.Tests.Storage.Local;

public sealed class LocalBackendTests : BackendContract, IDisposable
{
    private readonly TempFolder _folder = TempFolder.InMemory();

    private string Root => _folder.Combine("repository");

    [Fact]
    public void A_new_repository_has_all_of_restics_folders()
    {
        string[] expected =
            ["data", "index", "keys", "locks", "snapshots", .. Enumerable.Range(0, 256).Select(i => $"data/{i:x2}")];

        IEnumerable<string> actual = Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(FileKind.Config, "config")]
    [InlineData(FileKind.Key, "keys/5a{0}")]
    [InlineData(FileKind.Lock, "locks/5a{0}")]
    [InlineData(FileKind.Snapshot, "snapshots/5a{0}")]
    [InlineData(FileKind.Index, "index/5a{0}")]
    [InlineData(FileKind.Pack, "data/5a/5a{0}")]
    public async Task Files_lie_where_restic_looks_for_them(FileKind kind, string path)
    {
        string rest = new('0', 62);
        Digest name = kind == FileKind.Config ? default : Digest.Parse("5a" + rest);

        await Backend.SaveAsync(new FileHandle(kind, name), new byte[3], CancellationToken.None);

        Assert.Equal([path.Replace("{0}", rest, StringComparison.Ordinal)], AllFiles());
    }

    [FactOnLinux]
    public async Task Files_and_folders_are_the_owners_alone_and_read_only()
    {
        FileHandle file = await SaveAsync(FileKind.Pack);

        Assert.Equal(Mode("400"), File.GetUnixFileMode(PathOf(file)));
        Assert.All(
            Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories).Append(Root),
            folder => Assert.Equal(Mode("700"), File.GetUnixFileMode(folder)));
    }

    [FactOnLinux]
    public async Task Where_the_group_may_read_the_config_it_may_read_new_files()
    {
        FileHandle config = await SaveAsync(FileKind.Config);
        File.SetUnixFileMode(PathOf(config), Mode("440"));
        Directory.Delete(_folder.Combine("repository/data/5a"));
        await using var backend = new LocalBackend(Root);
        var pack = new FileHandle(FileKind.Pack, Digest.Parse("5a" + new string('1', 62)));

        await backend.SaveAsync(pack, new byte[1], CancellationToken.None);

        Assert.Equal(Mode("440"), File.GetUnixFileMode(PathOf(pack)));
        Assert.Equal(UnixFileMode.GroupRead, File.GetUnixFileMode(_folder.Combine("repository/data/5a")) & UnixFileMode.GroupRead);
    }

    [Fact]
    public async Task A_listing_passes_over_what_is_no_file_of_the_repository()
    {
        FileHandle file = await SaveAsync(FileKind.Pack);
        string name = file.Name.ToString();
        string folder = name[..2];
        string elsewhere = folder == "00" ? "01" : "00";
        _folder.WriteFile($"repository/data/{folder}/{name}-tmp-123456", "leftover");
        _folder.WriteFile($"repository/data/{folder}/{name[..2]}{new string('A', 62)}", "capitals");
        _folder.WriteFile($"repository/data/{elsewhere}/{folder}{new string('1', 62)}", "wrong folder");
        _folder.WriteFile("repository/data/README", "text");
        _folder.WriteFile($"repository/data/other/{folder}{new string('2', 62)}", "unknown folder");
        _folder.CreateFolder($"repository/data/{folder}/{folder}{new string('3', 62)}");

        List<BackendFile> files = await ListAsync(FileKind.Pack);

        Assert.Equal([new BackendFile(file, 3)], files);
    }

    [Fact]
    public async Task A_refused_save_leaves_nothing_behind()
    {
        FileHandle file = await SaveAsync(FileKind.Key);

        await Assert.ThrowsAsync<BackendFileExistsException>(() => Backend.SaveAsync(file, new byte[9], CancellationToken.None));

        Assert.Single(AllFiles());
    }

    [Fact]
    public async Task A_folder_that_lies_where_the_file_belongs_is_left_alone()
    {
        FileHandle file = NewFile(FileKind.Key, 1).File;
        Directory.CreateDirectory(PathOf(file));

        await Assert.ThrowsAsync<BackendFileExistsException>(() => Backend.SaveAsync(file, new byte[9], CancellationToken.None));

        Assert.Empty(AllFiles());
    }

    [Fact]
    public async Task Folders_that_a_copying_tool_dropped_come_again()
    {
        await SaveAsync(FileKind.Config);
        Directory.Delete(_folder.Combine("repository/locks"));
        Directory.Delete(_folder.Combine("repository/data"), recursive: true);

        Assert.Empty(await ListAsync(FileKind.Lock));
        Assert.Empty(await ListAsync(FileKind.Pack));
        FileHandle pack = await SaveAsync(FileKind.Pack);
        FileHandle @lock = await SaveAsync(FileKind.Lock);
        await Backend.DeleteAsync(NewFile(FileKind.Pack, 1).File, CancellationToken.None);

        Assert.Equal([pack], (await ListAsync(FileKind.Pack)).Select(file => file.Handle));
        Assert.Equal([@lock], (await ListAsync(FileKind.Lock)).Select(file => file.Handle));
    }

    [Fact]
    public async Task A_disk_that_went_away_is_no_empty_repository_and_gets_no_files()
    {
        await SaveAsync(FileKind.Config);
        Directory.Move(Root, _folder.Combine("unmounted"));

        BackendException listing = await Assert.ThrowsAnyAsync<BackendException>(() => ListAsync(FileKind.Snapshot));
        BackendException saving = await Assert.ThrowsAnyAsync<BackendException>(() => SaveAsync(FileKind.Pack));

        Assert.Contains(Root, listing.Message, StringComparison.Ordinal);
        Assert.IsNotType<BackendFileNotFoundException>(saving);
        Assert.False(Directory.Exists(Root));
    }

    [FactIfOnPath("mkfifo")]
    public async Task A_pipe_in_place_of_a_file_is_damage_and_does_not_hang()
    {
        FileHandle file = NewFile(FileKind.Snapshot, 1).File;
        ExternalProgram.Named("mkfifo").Run(PathOf(file));

        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => Backend.LoadAsync(file, 100, CancellationToken.None));

        Assert.Contains(file.ToString(), error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RepositoryDamagedException>(() => Backend.LoadRangeAsync(file, 0, new byte[1], CancellationToken.None));
    }

    [FactOnLinux]
    public async Task A_pack_may_be_a_link_to_another_disk()
    {
        FileHandle file = NewFile(FileKind.Pack, 1).File;
        File.CreateSymbolicLink(PathOf(file), _folder.WriteFile("elsewhere", "12345"));

        List<BackendFile> files = await ListAsync(FileKind.Pack);

        Assert.Equal([new BackendFile(file, 5)], files);
        Assert.Equal("12345"u8.ToArray(), await Backend.LoadAsync(file, 10, CancellationToken.None));
    }

    [FactOnLinux(User = RunBy.OrdinaryUser)]
    public async Task A_folder_that_may_not_be_written_is_denied()
    {
        File.SetUnixFileMode(_folder.Combine("repository/keys"), Mode("500"));

        await Assert.ThrowsAsync<BackendAccessDeniedException>(() => SaveAsync(FileKind.Key));
    }

    [Fact]
    public async Task A_trailing_separator_changes_nothing()
    {
        await using var backend = new LocalBackend(Root + Path.DirectorySeparatorChar);
        (FileHandle file, byte[] content) = NewFile(FileKind.Key, 5);

        await backend.CreateAsync(CancellationToken.None);
        await backend.SaveAsync(file, content, CancellationToken.None);

        Assert.Equal(content, await Backend.LoadAsync(file, 5, CancellationToken.None));
    }

    public void Dispose() => _folder.Dispose();

    protected override IBackend Open() => new LocalBackend(Root);

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);

    private string PathOf(FileHandle file) => new LocalLayout(Root).PathOf(file);

    private IEnumerable<string> AllFiles() => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

    private async Task<FileHandle> SaveAsync(FileKind kind)
    {
        (FileHandle file, byte[] content) = NewFile(kind, 3);
        await Backend.SaveAsync(file, content, CancellationToken.None);
        return file;
    }
}
