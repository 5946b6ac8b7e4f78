using System.Text;
using Backup.PowerShell.Content;

namespace Backup.PowerShell.Tests.Content;

public sealed class ContentWriterTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\r\nb\n\nc", new[] { "a", "b", "", "c" })]
    [InlineData("\n", new[] { "" })]
    [InlineData("ä€😀\nx", new[] { "ä€😀", "x" })]
    public void Lines_are_those_of_Get_Content_however_the_bytes_are_cut(string text, string[] expected) => PropertyCheck.Holds(random =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        Assert.Equal(expected, Write(ContentShape.Lines, Encoding.UTF8, Pieces(bytes, random)));
    });

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void A_mark_at_the_beginning_counts_more_than_what_is_said(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes("ä\nb")];

        Assert.Equal(["ä", "b"], Write(ContentShape.Lines, Encoding.Latin1, [bytes]));
    }

    [Fact]
    public void One_text_keeps_its_line_ends() =>
        Assert.Equal(["a\r\nb\n"], Write(ContentShape.Text, Encoding.UTF8, [Encoding.UTF8.GetBytes("a\r\nb\n")]));

    [Fact]
    public void Bytes_stay_what_they_are()
    {
        byte[] bytes = [0xff, 0xfe, 0, 13, 10];

        Assert.Equal(bytes.Cast<object>(), Write(ContentShape.Bytes, Encoding.UTF8, [bytes]));
        Assert.Equal(bytes, Assert.IsType<byte[]>(Assert.Single(Write(ContentShape.AllBytes, Encoding.UTF8, [bytes[..2], bytes[2..]]))));
    }

    private static List<object> Write(ContentShape shape, Encoding encoding, IEnumerable<byte[]> pieces)
    {
        List<object> given = [];
        using var writer = new ContentWriter(given.Add, shape, encoding);
        foreach (byte[] piece in pieces)
        {
            writer.Write(piece);
        }

        writer.Complete();
        return given;
    }

    private static IEnumerable<byte[]> Pieces(byte[] bytes, Random random)
    {
        for (int start = 0; start < bytes.Length;)
        {
            int length = random.Next(1, bytes.Length - start + 1);
            yield return bytes[start..(start + length)];
            start += length;
        }
    }
}
