using Backup.Engine.Sources;

namespace Backup.Engine.Tests.Sources;

public sealed class GoFileModeTests
{
    [Theory]
    [InlineData(0x81A4u, NodeType.File, 420u)] // 0644
    [InlineData(0x8DEDu, NodeType.File, 0x80_0000u | 0x40_0000u | 0x1EDu)] // setuid and setgid
    [InlineData(0x43FFu, NodeType.Directory, 0x8000_0000u | 0x10_0000u | 0x1FFu)] // sticky
    [InlineData(0xA1FFu, NodeType.Symlink, 0x800_01FFu)]
    [InlineData(0x61B0u, NodeType.BlockDevice, 0x400_01B0u)]
    [InlineData(0x21B6u, NodeType.CharacterDevice, 0x420_01B6u)]
    [InlineData(0x11A4u, NodeType.Fifo, 0x200_01A4u)]
    [InlineData(0xC1EDu, NodeType.Socket, 0x100_01EDu)]
    [InlineData(0x01A4u, NodeType.Irregular, 0x8_01A4u)]
    public void Modes_are_translated(uint unixMode, NodeType expectedType, uint expectedMode)
    {
        uint mode = GoFileMode.FromUnix(unixMode, out NodeType type);

        Assert.Equal(expectedMode, mode);
        Assert.Equal(expectedType, type);
    }
}
