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

    private protected override TargetDirectory Open(string path) => PortableDirectory.OpenRoot(path);
}
