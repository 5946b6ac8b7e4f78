using System.Text;
using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class NameWriterTests
{
    [Fact]
    public void Any_name_comes_out_as_the_bytes_it_was() => PropertyCheck.Holds(random =>
    {
        byte[] bytes = new byte[random.Next(0, 100)];
        random.NextBytes(bytes);
        using var stream = new MemoryStream();
        using var writer = new NameWriter(stream, autoFlush: false);

        writer.Write(FileName.Decode(bytes));
        writer.Flush();

        Assert.Equal(bytes, stream.ToArray());
    });

    [Fact]
    public void A_character_outside_the_basic_plane_survives_the_end_of_the_buffer()
    {
        string text = new string('x', (16 * 1024) - 1) + "🎉" + new string('y', 40_000);
        using var stream = new MemoryStream();
        using var writer = new NameWriter(stream, autoFlush: false);

        writer.WriteLine(text);
        writer.Flush();

        Assert.Equal(text + Environment.NewLine, Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public void A_screen_gets_each_line_at_once_and_a_file_does_not(bool autoFlush, int expected)
    {
        using var stream = new MemoryStream();
        using var writer = new NameWriter(stream, autoFlush) { NewLine = "\n" };

        writer.WriteLine("a");

        Assert.Equal(expected, stream.Length);
    }
}
