using System.Text;
using System.Text.Json;
using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class JsonOutputTests
{
    [Fact]
    public void Each_object_is_a_line()
    {
        string text = Write(json =>
        {
            json.Line(writer => writer.WriteString("name", "<Ü & 日本>"));
            json.Line(writer => writer.WriteNumber("n", 1));
        });

        Assert.Equal("{\"name\":\"<Ü & 日本>\"}\n{\"n\":1}\n", text);
    }

    [Fact]
    public void An_array_is_one_document_however_long()
    {
        string text = Write(json =>
        {
            using JsonArray array = json.OpenArray();
            for (int i = 0; i < 10_000; i++)
            {
                array.Add(writer => writer.WriteNumber("n", i));
            }
        });

        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Equal(10_000, document.RootElement.GetArrayLength());
        Assert.Equal(9_999, document.RootElement[9_999].GetProperty("n").GetInt32());
    }

    [Fact]
    public void An_empty_array_is_one_too() =>
        Assert.Equal("[]\n", Write(json => json.OpenArray().Dispose()));

    [Fact]
    public void A_name_that_is_not_UTF8_is_readable_and_complete()
    {
        byte[] name = [(byte)'n', 0xff];

        string text = Write(json => json.Line(writer => writer.WriteName("path", FileName.Decode(name))));

        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Equal("n\ufffd", document.RootElement.GetProperty("path").GetString());
        Assert.Equal(name, document.RootElement.GetProperty("path_base64").GetBytesFromBase64());
    }

    [Fact]
    public void A_name_that_is_UTF8_needs_no_bytes()
    {
        string text = Write(json => json.Line(writer => writer.WriteName("path", "🎉")));

        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Equal("🎉", document.RootElement.GetProperty("path").GetString());
        Assert.False(document.RootElement.TryGetProperty("path_base64", out _));
    }

    [Fact]
    public void Lines_of_several_threads_do_not_mix()
    {
        string text = Write(json => Parallel.For(0, 1000, i => json.Line(writer => writer.WriteNumber("n", i))));

        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 1000), lines.Select(Number).Order());
    }

    private static int Number(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("n").GetInt32();
    }

    private static string Write(Action<JsonOutput> write)
    {
        using var stream = new MemoryStream();
        using (var json = new JsonOutput(stream, isLive: false))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
