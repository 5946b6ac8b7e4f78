using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_line()
    {
        var table = new TextTable("ID", "Tags", "Size");
        table.Add(["4bd1e0c2"], ["a", "longer"], ["7 B"]);
        table.Add(["2689fcd4"], [], ["12 B"]);

        string text = Write(table, spaceRows: false);

        Assert.Equal(
            """
            ID        Tags    Size
            ----------------------
            4bd1e0c2  a       7 B
                      longer
            2689fcd4          12 B
            ----------------------

            """,
            text);
    }

    [Fact]
    public void Wide_characters_take_two_columns()
    {
        var table = new TextTable("Host", "Size");
        table.Add(["日本日本"], ["7 B"]);

        Assert.Contains("日本日本  7 B", Write(table, spaceRows: false), StringComparison.Ordinal);
        Assert.Contains("Host      Size", Write(table, spaceRows: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_several_lines_keep_their_distance()
    {
        var table = new TextTable("Paths");
        table.Add(["/a", "/b"]);
        table.Add(["/c"]);

        Assert.Equal("Paths\n-----\n/a\n/b\n\n/c\n-----\n", Write(table, spaceRows: true));
    }

    private static string Write(TextTable table, bool spaceRows)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        table.Write(writer, spaceRows);
        return writer.ToString();
    }
}
