using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Tests.Restoring.Targets;

/// <summary>The means for other systems, tried on this one.</summary>
public sealed class PortableDirectoryTests : TargetDirectoryContract
{
    [Fact]
    public void What_it_cannot_make_is_refused()
    {
        using TargetDirectory top = Open(Top);

        TargetException exception = Assert.Throws<TargetException>(() => top.MakeSpecial("pipe", NodeType.Fifo, 0));

        Assert.Equal(TargetFailure.NotSupported, exception.Failure);
    }

    [Fact]
    public void Attributes_that_it_cannot_set_are_noted()
    {
        using TargetDirectory top = Open(Top);
        using TargetFile file = top.CreateFile("file");

        MetadataTrouble? trouble = file.SetMetadata(
            Metadata(0x180, new Timestamp(1, 0, 0), new ExtendedAttribute("user.x", new byte[1])), _ => true);

        Assert.NotNull(trouble);
        Assert.Single(trouble.Notes);
        Assert.Empty(trouble.Errors);
    }

    [Fact]
    public void What_may_only_be_read_may_be_replaced_after_its_mark_is_gone()
    {
        string file = Path.Combine(Top, "file");
        string folder = Path.Combine(Top, "folder");
        string link = Path.Combine(Top, "link");
        File.WriteAllText(file, "old");
        Directory.CreateDirectory(folder);
        File.CreateSymbolicLink(link, file);
        File.SetAttributes(file, File.GetAttributes(file) | FileAttributes.ReadOnly);
        File.SetAttributes(folder, File.GetAttributes(folder) | FileAttributes.ReadOnly);

        PortableMetadata.ClearReadOnly(link);
        PortableMetadata.ClearReadOnly(Path.Combine(Top, "nothing"));
        Assert.True(File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly));
        PortableMetadata.ClearReadOnly(file);
        PortableMetadata.ClearReadOnly(folder);

        Assert.False(File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly));
        Assert.False(File.GetAttributes(folder).HasFlag(FileAttributes.ReadOnly));
        Assert.True(File.GetAttributes(folder).HasFlag(FileAttributes.Directory));
    }

    private protected override TargetDirectory Open(string path) => PortableDirectory.OpenRoot(path);
}
