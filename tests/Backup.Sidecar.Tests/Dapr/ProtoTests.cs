using System.Text;
using Backup.Sidecar.Dapr;

namespace Backup.Sidecar.Tests.Dapr;

public sealed class ProtoTests
{
    [Fact]
    public void A_call_of_a_binding_is_the_golden_frame()
    {
        var request = new BindingRequest("store", "create")
        {
            Data = new byte[] { 0, 1 },
            Metadata = new Dictionary<string, string> { ["key"] = "k1" },
        };

        ReadOnlyMemory<byte> frame = BindingMessages.Invoke(request).ToFrame();

        Assert.Equal("000000001e0a0573746f7265120200011a090a036b657912026b312206637265617465", Convert.ToHexStringLower(frame.Span));
    }

    [Fact]
    public void Saving_state_is_the_golden_frame()
    {
        var write = new StateWrite("k", new byte[] { 0xff })
        {
            ETag = "7",
            Metadata = new Dictionary<string, string> { ["ttlInSeconds"] = "60" },
            Options = StateOptions.FirstWrite,
        };

        ReadOnlyMemory<byte> frame = StateMessages.Items("st", [write]).ToFrame();

        Assert.Equal(
            "000000002b0a02737412250a016b1201ff1a030a013722120a0c74746c496e5365636f6e6473120236302a0408011002",
            Convert.ToHexStringLower(frame.Span));
    }

    [Fact]
    public void Scheduling_a_job_is_the_golden_frame()
    {
        ReadOnlyMemory<byte> frame = new ProtoWriter()
            .Message(1, job => job.String(1, "j").String(2, "@daily").Message(6, any => any.Bytes(2, "{}"u8)))
            .Number(2, 1)
            .ToFrame();

        Assert.Equal("00000000150a110a016a1206406461696c79320412027b7d1001", Convert.ToHexStringLower(frame.Span));
    }

    [Fact]
    public void What_is_written_is_read_back() => PropertyCheck.Holds(random =>
    {
        byte[] bytes = new byte[random.Next(1, 500)];
        random.NextBytes(bytes);
        ulong number = (ulong)random.NextInt64(1, long.MaxValue) >> random.Next(63);
        string text = new([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => (char)random.Next(0x20, 0xd7ff))]);
        byte[] frame = new ProtoWriter().Bytes(1, bytes).Number(2000, number | 1).String(3, text).ToFrame().ToArray();

        var reader = new ProtoReader(frame.AsSpan(5));

        Assert.True(reader.Read());
        Assert.Equal(bytes, reader.Bytes.ToArray());
        Assert.True(reader.Read());
        Assert.Equal((2000, number | 1), (reader.Field, reader.Number));
        Assert.True(reader.Read());
        Assert.Equal(text, reader.Text);
        Assert.False(reader.Read());
        Assert.Equal(frame.Length - 5, frame[4] | (frame[3] << 8));
    });

    [Fact]
    public void Junk_is_refused_or_read_but_never_breaks_the_reader() => PropertyCheck.Holds(random =>
    {
        byte[] junk = new byte[random.Next(0, 40)];
        random.NextBytes(junk);

        Exception? error = Record.Exception(() =>
        {
            var reader = new ProtoReader(junk);
            while (reader.Read())
            {
                _ = reader.Text;
            }
        });

        Assert.True(error is null or FormatException, error?.ToString());
    });

    [Fact]
    public void Unknown_fields_are_passed_over_and_the_last_value_counts()
    {
        byte[] frame = new ProtoWriter()
            .String(2, "old").String(99, "unknown").Number(98, 5).Bytes(1, [1, 2]).String(2, "7").ToFrame().ToArray();

        StateEntry entry = StateMessages.ReadEntry("key", frame.AsSpan(5));

        Assert.Equal("7", entry.ETag);
        Assert.Equal([1, 2], entry.Value);
    }

    [Fact]
    public void Empty_values_of_a_map_are_kept()
    {
        byte[] frame = new ProtoWriter().Map(3, new Dictionary<string, string> { ["a"] = "" }).ToFrame().ToArray();

        Assert.Equal("1a030a0161", Convert.ToHexStringLower(frame.AsSpan(5)));
        Assert.Equal([KeyValuePair.Create("a", "")], StateMessages.ReadEntry("key", frame.AsSpan(5)).Metadata);
        Assert.Equal("a", Encoding.UTF8.GetString(frame.AsSpan(9)));
    }
}
