using Backup.Engine.Restoring.Targets;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Restoring.Targets;

public sealed class LinuxDirectoryTests : TargetDirectoryContract
{
    [FactOnLinux]
    public void Names_that_are_no_text_survive()
    {
        string name = FileName.Decode([0xFF, (byte)'x', 0xC3]);
        using TargetDirectory top = Open(Top);

        top.CreateFile(name).Dispose();

        Assert.Equal([name], top.List());
        using PosixFolder folder = PosixFolder.Open(Top);
        Assert.Equal([name], folder.Names());
    }

    [FactOnLinux]
    public void A_pipe_in_the_place_of_a_file_keeps_nobody_waiting()
    {
        using (PosixFolder folder = PosixFolder.Open(Top))
        {
            folder.MakeNode("pipe", PosixKind.Fifo);
        }

        using TargetDirectory top = Open(Top);

        Assert.Throws<TargetException>(() => top.OpenFile("pipe", writable: false));
        Assert.Throws<TargetException>(() => top.OpenFile("pipe", writable: true));
    }

    [FactOnLinux]
    public void A_directory_that_was_moved_stays_the_one_that_was_opened()
    {
        using TargetDirectory top = Open(Top);
        top.MakeDirectory("a");
        using TargetDirectory opened = top.OpenDirectory("a");
        Directory.Move(Path.Combine(Top, "a"), Path.Combine(Top, "b"));
        Directory.CreateSymbolicLink(Path.Combine(Top, "a"), Outside);

        opened.CreateFile("file").Dispose();

        Assert.True(File.Exists(Path.Combine(Top, "b/file")));
        Assert.False(File.Exists(Path.Combine(Outside, "file")));
    }

    [FactOnLinux]
    public void A_directory_may_lie_deeper_than_paths_are_long()
    {
        string name = new('d', 200);
        using TargetDirectory top = Open(Top);
        TargetDirectory current = top;
        for (int i = 0; i < 40; i++)
        {
            current.MakeDirectory(name);
            TargetDirectory next = current.OpenDirectory(name);
            if (current != top)
            {
                current.Dispose();
            }

            current = next;
        }

        current.CreateFile("file").Dispose();

        Assert.Equal(["file"], current.List());
        current.Dispose();
    }

    [FactOnLinux]
    public void Attributes_are_set_compared_and_cleared()
    {
        EntryMetadata metadata = Metadata(
            0x124, // 0444
            new Timestamp(1_700_000_000, 987_654_321, 0),
            new ExtendedAttribute("user.one", "1"u8.ToArray()),
            new ExtendedAttribute("user.two", Array.Empty<byte>()));
        using TargetDirectory top = Open(Top);
        using TargetFile file = top.CreateFile("file");
        using PosixFolder folder = PosixFolder.Open(Top);
        folder.SetAttribute("file", "user.old", [1, 2, 3]);
        folder.SetAttribute("file", "user.kept", [1, 2, 3]);

        Assert.False(file.HasMetadata(metadata, name => name != "user.kept"));
        MetadataTrouble? trouble = file.SetMetadata(metadata, name => name != "user.kept");

        Assert.Null(trouble);
        Assert.True(file.HasMetadata(metadata, name => name != "user.kept"));
        Assert.False(file.HasMetadata(metadata, _ => true));
        Assert.Equal(["user.kept", "user.one", "user.two"], folder.ReadAttributes("file").Keys);
        PosixStat stat = folder.Stat("file");
        Assert.Equal(0x124, (int)stat.Mode & 0xFFF);
        Assert.Equal((1_700_000_000L, 987_654_321u), (stat.ModSeconds, stat.ModNanoseconds));
    }

    [FactOnLinux(User = RunBy.Root)]
    public void Set_id_bits_outlive_the_change_of_owner()
    {
        EntryMetadata metadata = Metadata(0x9ED /* 04755 */, new Timestamp(1, 2, 0)) with { Uid = 1234, Gid = 5678 };
        using TargetDirectory top = Open(Top);
        using TargetFile file = top.CreateFile("file");

        Assert.Null(file.SetMetadata(metadata, _ => true));

        TargetEntry entry = file.Inspect();
        Assert.Equal((0x9EDu, 1234u, 5678u), (entry.Mode, entry.Uid, entry.Gid));
    }

    [FactOnLinux(User = RunBy.Root)]
    public void Metadata_of_a_link_are_its_own()
    {
        File.SetUnixFileMode(Path.Combine(Outside, "secret"), UnixFileMode.UserRead);
        using TargetDirectory top = Open(Top);
        top.MakeSymlink("link", Path.Combine(Outside, "secret"));
        EntryMetadata metadata = Metadata(
            0x1FF, new Timestamp(1_500_000_000, 1, 0), new ExtendedAttribute("trusted.mark", "link"u8.ToArray()));
        metadata = metadata with { Uid = 77, Gid = 88 };

        MetadataTrouble? trouble = top.SetMetadata("link", NodeType.Symlink, metadata, _ => true);

        Assert.Null(trouble);
        using PosixFolder folder = PosixFolder.Open(Top);
        PosixStat stat = folder.Stat("link");
        Assert.Equal((77u, 88u, 1_500_000_000L), (stat.Owner, stat.Group, stat.ModSeconds));
        Assert.Equal(["trusted.mark"], folder.ReadAttributes("link").Keys);
        using PosixFolder outside = PosixFolder.Open(Outside);
        PosixStat secret = outside.Stat("secret");
        Assert.Equal((0u, 0x100), (secret.Owner, (int)secret.Mode & 0xFFF));
        Assert.Empty(outside.ReadAttributes("secret"));
    }

    [FactOnLinux(User = RunBy.Root)]
    public void Devices_and_pipes_are_made()
    {
        using TargetDirectory top = Open(Top);
        top.MakeSpecial("null", NodeType.CharacterDevice, 0x103);
        top.MakeSpecial("disk", NodeType.BlockDevice, 0x700);
        top.MakeSpecial("pipe", NodeType.Fifo, 0);

        Assert.Null(top.SetMetadata("null", NodeType.CharacterDevice, Metadata(0x1B6, new Timestamp(5, 6, 0)), _ => true));

        using PosixFolder folder = PosixFolder.Open(Top);
        PosixStat stat = folder.Stat("null");
        Assert.Equal((PosixKind.CharacterDevice, 0x1B6, 5L), (stat.Kind, (int)stat.Mode & 0xFFF, stat.ModSeconds));
        Assert.Equal(PosixKind.BlockDevice, folder.Stat("disk").Kind);
        Assert.Equal(PosixKind.Fifo, folder.Stat("pipe").Kind);
    }

    [FactOnLinux]
    public void Metadata_go_to_nothing_that_took_the_items_place()
    {
        using TargetDirectory top = Open(Top);
        top.MakeSymlink("item", "x");

        Assert.Throws<TargetException>(() => top.SetMetadata("item", NodeType.Fifo, Metadata(0x1FF, default), _ => true));
    }

    [FactOnLinux]
    public void Another_name_is_the_same_file()
    {
        File.WriteAllText(Path.Combine(Top, "one"), "1");
        using TargetDirectory top = Open(Top);
        top.MakeDirectory("folder");
        using TargetDirectory folder = top.OpenDirectory("folder");

        folder.MakeHardLink("two", top, "one");

        Assert.Equal(top.Inspect("one")?.Identity, folder.Inspect("two")?.Identity);
        Assert.Equal(2ul, folder.Inspect("two")?.Links);
    }

    [FactOnLinux]
    public void A_hard_link_to_a_link_is_a_link()
    {
        using TargetDirectory top = Open(Top);
        top.MakeSymlink("link", Path.Combine(Outside, "secret"));

        top.MakeHardLink("other", top, "link");

        Assert.Equal(NodeType.Symlink, top.Inspect("other")?.Type);
    }

    [FactOnLinux(User = RunBy.OrdinaryUser)]
    public void A_directory_of_ones_own_that_is_closed_is_opened_up()
    {
        string closed = Path.Combine(Top, "closed");
        Directory.CreateDirectory(closed);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        using TargetDirectory top = Open(Top);

        using TargetDirectory opened = top.OpenDirectory("closed");
        opened.CreateFile("file").Dispose();

        Assert.Equal(["file"], opened.List());
    }

    private protected override TargetDirectory Open(string path) => LinuxDirectory.OpenRoot(path);
}
