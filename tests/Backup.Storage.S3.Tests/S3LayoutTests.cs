using Backup.Engine;

namespace Backup.Storage.S3.Tests;

public sealed class S3LayoutTests
{
    private const string Name = "1f0ab2c3d4e5f60718293a4b5c6d7e8f1f0ab2c3d4e5f60718293a4b5c6d7e8f";

    [Theory]
    [InlineData(FileKind.Key, "a/b/keys/" + Name)]
    [InlineData(FileKind.Lock, "a/b/locks/" + Name)]
    [InlineData(FileKind.Snapshot, "a/b/snapshots/" + Name)]
    [InlineData(FileKind.Index, "a/b/index/" + Name)]
    [InlineData(FileKind.Pack, "a/b/data/1f/" + Name)]
    public void Files_have_the_keys_that_restic_gives_them(FileKind kind, string key)
    {
        var layout = new S3Layout("a/b");
        var file = new FileHandle(kind, Digest.Parse(Name));

        Assert.Equal(key, layout.KeyOf(file));
        Assert.Equal(key[4..], new S3Layout("").KeyOf(file));
        Assert.Equal(file, layout.HandleOf(kind, key));
        Assert.StartsWith(layout.FolderOf(kind), key, StringComparison.Ordinal);
    }

    [Fact]
    public void The_config_file_lies_at_the_top()
    {
        Assert.Equal("a/b/config", new S3Layout("a/b").KeyOf(FileHandle.Config));
        Assert.Equal("config", new S3Layout("").KeyOf(FileHandle.Config));
    }

    [Theory]
    [InlineData("a/b/data/")]
    [InlineData("a/b/data/1f/")]
    [InlineData("a/b/data/" + Name)]
    [InlineData("a/b/data/00/" + Name)]
    [InlineData("a/b/data/more/1f/" + Name)]
    [InlineData("data/1f/" + Name)]
    [InlineData("a/b/data/1f/" + Name + ".part")]
    [InlineData("a/b/data/1F/1F0AB2C3D4E5F60718293A4B5C6D7E8F1F0AB2C3D4E5F60718293A4B5C6D7E8F")]
    public void Other_keys_are_no_files(string key) =>
        Assert.Null(new S3Layout("a/b").HandleOf(FileKind.Pack, key));
}
