using System.Security.Cryptography;
using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Tests.Restoring.Targets;

/// <summary>What every kind of target does.</summary>
public abstract class TargetDirectoryContract : IDisposable
{
    private readonly TempFolder _folder = new();

    private protected TargetDirectoryContract()
    {
        Top = _folder.CreateFolder("top");
        Outside = _folder.CreateFolder("outside");
        _folder.WriteFile("outside/secret", "secret");
    }

    protected string Top { get; }

    protected string Outside { get; }

    private protected abstract TargetDirectory Open(string path);

    [Fact]
    public void A_file_has_what_was_written_at_its_places()
    {
        byte[] content = RandomNumberGenerator.GetBytes(10_000);
        using TargetDirectory top = Open(Top);
        using (TargetFile file = top.CreateFile("file"))
        {
            file.Write(content.AsSpan(6000), 6000);
            file.Write(content.AsSpan(0, 6000), 0);
        }

        Assert.Equal(content, File.ReadAllBytes(Path.Combine(Top, "file")));
    }

    [Fact]
    public void Reading_stops_at_the_end_of_the_file()
    {
        File.WriteAllText(Path.Combine(Top, "file"), "0123456789");
        using TargetDirectory top = Open(Top);
        using TargetFile file = top.OpenFile("file", writable: false);
        byte[] buffer = new byte[8];

        int count = file.Read(buffer, 6);

        Assert.Equal("6789"u8.ToArray(), buffer[..count]);
    }

    [Fact]
    public void A_file_is_not_made_over_another_one()
    {
        File.WriteAllText(Path.Combine(Top, "file"), "old");
        using TargetDirectory top = Open(Top);

        TargetException exception = Assert.Throws<TargetException>(() => top.CreateFile("file"));

        Assert.Equal(TargetFailure.Exists, exception.Failure);
        Assert.Equal("old", File.ReadAllText(Path.Combine(Top, "file")));
    }

    [Fact]
    public void Renaming_replaces_only_if_it_may()
    {
        File.WriteAllText(Path.Combine(Top, "new"), "new");
        File.WriteAllText(Path.Combine(Top, "old"), "old");
        using TargetDirectory top = Open(Top);

        TargetException exception = Assert.Throws<TargetException>(() => top.Rename("new", "old", replace: false));
        Assert.Equal(TargetFailure.Exists, exception.Failure);
        top.Rename("new", "old", replace: true);

        Assert.Equal("new", File.ReadAllText(Path.Combine(Top, "old")));
        Assert.Equal(["old"], top.List());
    }

    [Fact]
    public void Nothing_is_opened_through_a_link()
    {
        Directory.CreateSymbolicLink(Path.Combine(Top, "folder"), Outside);
        File.CreateSymbolicLink(Path.Combine(Top, "file"), Path.Combine(Outside, "secret"));
        using TargetDirectory top = Open(Top);

        Assert.Throws<TargetException>(() => top.OpenDirectory("folder"));
        Assert.Throws<TargetException>(() => top.OpenFile("file", writable: true));
        Assert.Throws<TargetException>(() => top.CreateFile("file"));
        Assert.Throws<TargetException>(() => top.MakeDirectory("folder"));
        Assert.Equal(NodeType.Symlink, top.Inspect("folder")?.Type);
        Assert.Equal(NodeType.Symlink, top.Inspect("file")?.Type);
        Assert.Equal("secret", File.ReadAllText(Path.Combine(Outside, "secret")));
    }

    [Fact]
    public void Deleting_a_link_leaves_what_it_leads_to()
    {
        Directory.CreateSymbolicLink(Path.Combine(Top, "folder"), Outside);
        using TargetDirectory top = Open(Top);

        top.DeleteFile("folder");

        Assert.Empty(top.List());
        Assert.True(File.Exists(Path.Combine(Outside, "secret")));
    }

    [Fact]
    public void A_directory_is_deleted_only_when_it_is_empty()
    {
        using TargetDirectory top = Open(Top);
        top.MakeDirectory("folder");
        using (TargetDirectory folder = top.OpenDirectory("folder"))
        {
            folder.CreateFile("file").Dispose();
        }

        TargetException exception = Assert.Throws<TargetException>(() => top.DeleteDirectory("folder"));
        Assert.Equal(TargetFailure.Exists, exception.Failure);
        File.Delete(Path.Combine(Top, "folder/file"));
        top.DeleteDirectory("folder");

        Assert.Empty(top.List());
    }

    [Fact]
    public void What_is_not_there_is_nothing()
    {
        using TargetDirectory top = Open(Top);

        Assert.Null(top.Inspect("nothing"));
        Assert.Equal(TargetFailure.NotFound, Assert.Throws<TargetException>(() => top.OpenFile("nothing", writable: false)).Failure);
        Assert.Equal(TargetFailure.NotFound, Assert.Throws<TargetException>(() => top.OpenDirectory("nothing")).Failure);
    }

    [Fact]
    public void A_link_is_made_as_it_was()
    {
        using TargetDirectory top = Open(Top);

        top.MakeSymlink("link", "../somewhere/else");

        Assert.Equal("../somewhere/else", new FileInfo(Path.Combine(Top, "link")).LinkTarget);
    }

    [Fact]
    public void Mode_and_times_are_set()
    {
        var metadata = Metadata(0x1A4, new Timestamp(1_600_000_000, 123_456_700, 0)); // 0644
        using TargetDirectory top = Open(Top);
        using TargetFile file = top.CreateFile("file");

        MetadataTrouble? trouble = file.SetMetadata(metadata, _ => true);

        Assert.Null(trouble);
        Assert.True(file.HasMetadata(metadata, _ => true));
        Assert.False(file.HasMetadata(metadata with { ModTime = new Timestamp(1_600_000_001, 0, 0) }, _ => true));
        TargetEntry entry = file.Inspect();
        Assert.Equal(metadata.ModTime, entry.ModTime);
        Assert.Equal(OperatingSystem.IsWindows() ? 0 : metadata.Mode, entry.Mode);
    }

    [Fact]
    public void A_range_is_copied_to_its_place()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1_000_000);
        File.WriteAllBytes(Path.Combine(Top, "old"), content);
        using TargetDirectory top = Open(Top);
        using TargetFile old = top.OpenFile("old", writable: false);
        using (TargetFile copy = top.CreateFile("copy"))
        {
            copy.CopyRange(old, 300_000, 500_000);

            Assert.Throws<TargetException>(() => copy.CopyRange(old, 900_000, 200_000));
        }

        byte[] copied = File.ReadAllBytes(Path.Combine(Top, "copy"));
        Assert.Equal(content[300_000..800_000], copied[300_000..800_000]);
        Assert.False(copied.AsSpan(0, 300_000).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void The_target_itself_may_be_a_link()
    {
        Directory.CreateSymbolicLink(Path.Combine(Outside, "to-top"), Top);
        using TargetDirectory top = Open(Path.Combine(Outside, "to-top"));

        top.CreateFile("file").Dispose();

        Assert.True(File.Exists(Path.Combine(Top, "file")));
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static EntryMetadata Metadata(uint mode, Timestamp time, params ExtendedAttribute[] attributes) =>
        new(mode, Environment.IsPrivilegedProcess ? 0 : User(), Environment.IsPrivilegedProcess ? 0 : Group(), time, time, attributes);

    private static uint User() => uint.Parse(RunId("-u"), System.Globalization.CultureInfo.InvariantCulture);

    private static uint Group() => uint.Parse(RunId("-g"), System.Globalization.CultureInfo.InvariantCulture);

    private static string RunId(string option) => OperatingSystem.IsWindows() ? "0" : ExternalProgram.Named("id").Run(option).Trim();
}
