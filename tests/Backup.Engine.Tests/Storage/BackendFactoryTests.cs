using Backup.Engine.Storage;
using Backup.Engine.Storage.Local;

namespace Backup.Engine.Tests.Storage;

public sealed class BackendFactoryTests
{
    [Theory]
    [InlineData("/srv/backup", "/srv/backup")]
    [InlineData("local:/srv/backup", "/srv/backup")]
    [InlineData("local:srv:backup", "srv:backup")]
    [InlineData("backup", "backup")]
    [InlineData("srv/backup", "srv/backup")]
    [InlineData("./srv:backup", "./srv:backup")]
    [InlineData("../srv:backup", "../srv:backup")]
    [InlineData("/s3:bucket", "/s3:bucket")]
    [InlineData(@"C:\srv\backup", @"C:\srv\backup")]
    [InlineData("c:/srv/backup", "c:/srv/backup")]
    [InlineData(@"\\server\share", @"\\server\share")]
    public async Task A_path_is_a_local_repository(string location, string path)
    {
        await using IBackend backend = BackendFactory.Open(location);

        Assert.IsType<LocalBackend>(backend);
        Assert.Equal(path, backend.Location);
    }

    [Theory]
    [InlineData("ftp:server", "ftp:")]
    [InlineData("unknown:me:secret@server", "unknown:")]
    [InlineData("a:b", "a:")]
    [InlineData("mem:", "mem:")]
    public void An_unknown_kind_is_refused_and_the_known_ones_are_named(string location, string scheme)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => BackendFactory.Open(location));

        Assert.Contains(scheme, error.Message, StringComparison.Ordinal);
        Assert.Contains("local:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("local:")]
    public void No_place_at_all_is_refused(string location) =>
        Assert.Throws<ArgumentException>(() => BackendFactory.Open(location));
}
