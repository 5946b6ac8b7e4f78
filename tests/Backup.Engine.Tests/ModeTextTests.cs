namespace Backup.Engine.Tests;

public sealed class ModeTextTests
{
    // The numbers are what restic prints as «mode» beside these «permissions».
    [Theory]
    [InlineData(420u, "-rw-r--r--")]
    [InlineData(2147484141u, "drwxr-xr-x")]
    [InlineData(33554852u, "prw-r--r--")]
    [InlineData(134218239u, "Lrwxrwxrwx")]
    [InlineData(0u, "----------")]
    [InlineData(0x80000000u | 0x100000u | 511u, "dtrwxrwxrwx")]
    [InlineData(0x800000u | 493u, "urwxr-xr-x")]
    public void A_mode_reads_as_restic_prints_it(uint mode, string expected) => Assert.Equal(expected, ModeText.Of(mode));

    [Theory]
    [InlineData(NodeType.Directory, "drwx------")]
    [InlineData(NodeType.Symlink, "Lrwx------")]
    [InlineData(NodeType.CharacterDevice, "Dcrwx------")]
    [InlineData(NodeType.BlockDevice, "Drwx------")]
    [InlineData(NodeType.Socket, "Srwx------")]
    [InlineData(NodeType.File, "-rwx------")]
    public void The_kind_comes_from_the_type_where_the_mode_lacks_it(NodeType type, string expected) =>
        Assert.Equal(expected, ModeText.Of(new Node { Name = "n", Type = type, Mode = 448 }));
}
