using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

public sealed class PartedFileTests
{
    [Fact]
    public void A_label_says_everything() => PropertyCheck.Holds(random =>
    {
        byte[] name = new byte[Digest.Length];
        random.NextBytes(name);
        FileKind kind = random.Next(2) == 0 ? FileKind.Pack : FileKind.Config;
        FileHandle handle = kind == FileKind.Config ? FileHandle.Config : new FileHandle(kind, new Digest(name));
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(0, 1L << 32));
        PartedFile file = PartedFile.New(handle, random.NextInt64(0, 1L << 40), random.Next(1, 1 << 22), now);

        Assert.Equal(file, PartedFile.TryParse(kind, file.Label));
        Assert.Equal(now, file.Begun);
        Assert.Equal(file, PartedFile.TryParsePart(kind, file.PartName(17)[(file.PartName(17).LastIndexOf('/') + 1)..]));
        Assert.StartsWith(PartedFile.LabelPrefixOf(handle), file.Label, StringComparison.Ordinal);
        Assert.Equal(file.Size, file.PartCount == 0 ? 0 : ((file.PartCount - 1L) * file.PartSize) + file.PartLength(file.PartCount - 1));
        Assert.Matches("^[a-z0-9/_.-]+$", file.PartName(0));
    });

    [Theory]
    [InlineData("config-155-100-0123456789abcdef", FileKind.Pack)]
    [InlineData("config-155-0-0123456789abcdef", FileKind.Config)]
    [InlineData("config--5-100-0123456789abcdef", FileKind.Config)]
    [InlineData("config-155-100-0123456789ABCDEF", FileKind.Config)]
    [InlineData("config-155-100", FileKind.Config)]
    [InlineData("config-99999999999999999999-1-0123456789abcdef", FileKind.Config)]
    [InlineData("config-9223372036854775807-1-0123456789abcdef", FileKind.Config)]
    [InlineData("README.txt", FileKind.Key)]
    public void Whatever_else_lies_around_is_no_label(string label, FileKind kind) => Assert.Null(PartedFile.TryParse(kind, label));
}
