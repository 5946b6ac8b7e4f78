using System.Text;
using Backup.Engine.Restoring.Targets;
using Backup.Engine.Sources.Managed;

namespace Backup.Engine.Tests.Restoring.Targets;

public sealed class WindowsAttributesTests
{
    [Fact]
    public void What_a_backup_records_is_read_back() => PropertyCheck.Holds(random =>
    {
        var attributes = (FileAttributes)random.Next(1 << 16);
        DateTime created = DateTime.FromFileTimeUtc(random.NextInt64(DateTime.MaxValue.ToFileTimeUtc()));

        var read = WindowsAttributes.Parse(ManagedFileSystem.WindowsAttributes(attributes, created.ToFileTimeUtc()));

        Assert.Equal(new WindowsAttributes(created, attributes), read);
        Assert.True(read.AreThoseOf(attributes, created));
        Assert.False(read.AreThoseOf(attributes ^ FileAttributes.Hidden, created));
        Assert.False(read.AreThoseOf(attributes, created.AddTicks(1)));
    });

    [Theory]
    [InlineData("", "")]
    [InlineData("null", "{}")]
    [InlineData("-1", "{\"LowDateTime\":1}")]
    [InlineData("99999999999", "{\"LowDateTime\":0,\"HighDateTime\":4294967295}")]
    [InlineData("\"33\"", "[1,2]")]
    [InlineData("{", "{\"LowDateTime\":\"a\",\"HighDateTime\":1}")]
    public void What_makes_no_sense_is_left_out(string attributes, string time) => Assert.Equal(
        new WindowsAttributes(null, null),
        WindowsAttributes.Parse(new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["windows.file_attributes"] = Encoding.UTF8.GetBytes(attributes),
            ["windows.creation_time"] = Encoding.UTF8.GetBytes(time),
        }));

    [Fact]
    public void What_an_item_is_stays_and_what_can_be_set_is_set()
    {
        var wanted = new WindowsAttributes(null, FileAttributes.Hidden | FileAttributes.Compressed | FileAttributes.Directory);

        FileAttributes merged = wanted.MergeInto(FileAttributes.ReadOnly | FileAttributes.SparseFile);

        Assert.Equal(FileAttributes.Hidden | FileAttributes.SparseFile, merged);
        Assert.Equal(FileAttributes.ReadOnly, new WindowsAttributes(null, null).MergeInto(FileAttributes.ReadOnly));
    }
}
