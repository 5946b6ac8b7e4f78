using Backup.PowerShell.Binding;

namespace Backup.PowerShell.Tests.Binding;

public sealed class SizeTransformTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1024", 1024)]
    [InlineData("64MB", 64L << 20)]
    [InlineData("64 MB", 64L << 20)]
    [InlineData("64M", 64L << 20)]
    [InlineData("64MiB", 64L << 20)]
    [InlineData("3t", 3L << 40)]
    [InlineData("7b", 7)]
    public void Sizes_are_read_as_PowerShell_and_restic_write_them(string text, long expected)
    {
        Assert.True(SizeTransformAttribute.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("much")]
    [InlineData("-1")]
    [InlineData("1.5G")]
    [InlineData("B")]
    [InlineData("MB")]
    [InlineData("99999999999T")]
    public void What_is_no_size_is_refused(string text) => Assert.False(SizeTransformAttribute.TryParse(text, out _));
}
