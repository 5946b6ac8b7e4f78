using Backup.Engine.Restoring;
using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Tests.Restoring;

public sealed class SparseWriterTests
{
    [Fact]
    public void What_is_written_reads_back() => PropertyCheck.Holds(random =>
    {
        byte[] content = RandomContent(random);
        var file = new RecordingFile(content.Length);
        int cut = random.Next(content.Length + 1);

        SparseWriter.Write(file, content.AsSpan(cut), cut);
        SparseWriter.Write(file, content.AsSpan(0, cut), 0);

        Assert.Equal(content, file.Content);
    });

    [Theory]
    [InlineData(0, 8192, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(100, 4096, 0)]
    public void Zeros_are_not_written(long offset, int length, int expected)
    {
        var file = new RecordingFile(100_000);

        SparseWriter.Write(file, new byte[length], offset);

        Assert.Equal(expected, file.Written);
    }

    [Fact]
    public void A_run_of_data_is_written_at_once()
    {
        byte[] content = new byte[5 * 4096];
        content.AsSpan(4096, 2 * 4096).Fill(1);
        var file = new RecordingFile(content.Length);

        SparseWriter.Write(file, content, 0);

        Assert.Equal((1, 2 * 4096), (file.Calls, file.Written));
    }

    private static byte[] RandomContent(Random random)
    {
        byte[] content = new byte[random.Next(1, 60_000)];
        for (int i = random.Next(8); i > 0; i--)
        {
            int start = random.Next(content.Length);
            random.NextBytes(content.AsSpan(start, random.Next(content.Length - start)));
        }

        return content;
    }

    private sealed class RecordingFile(int length) : TargetFile
    {
        public byte[] Content { get; } = new byte[length];

        public int Calls { get; private set; }

        public int Written { get; private set; }

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            bytes.CopyTo(Content.AsSpan((int)offset));
            Written += bytes.Length;
            Calls++;
        }

        public override TargetEntry Inspect() => throw new NotSupportedException();

        public override int Read(Span<byte> buffer, long offset) => throw new NotSupportedException();

        public override void SetLength(long newLength) => throw new NotSupportedException();

        public override bool TryClone(TargetFile source) => throw new NotSupportedException();

        public override void CopyRange(TargetFile source, long offset, long count) => throw new NotSupportedException();

        public override bool HasMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) => throw new NotSupportedException();

        public override MetadataTrouble? SetMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
            throw new NotSupportedException();

        public override void Dispose()
        {
            // It holds nothing.
        }
    }
}
