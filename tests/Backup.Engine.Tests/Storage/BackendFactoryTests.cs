using Backup.Engine.Storage;
using Backup.Engine.Storage.Memory;

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
        await using BackendDecorator backend = Open(location);

        Assert.Equal(path, backend.Location);
        Assert.EndsWith(path, BackendFactory.DisplayName(location), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp:server", "ftp:")]
    [InlineData("unknown:me:secret@server", "unknown:")]
    [InlineData("a:b", "a:")]
    [InlineData("mem:", "mem:")]
    public void An_unknown_kind_is_refused_and_the_known_ones_are_named(string location, string scheme)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Open(location));

        Assert.Contains(scheme, error.Message, StringComparison.Ordinal);
        Assert.Contains("local:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown:me:secret@server", "unknown:…")]
    [InlineData("https://me:secret@server/", "https:…")]
    [InlineData("local:a:b", "local:a:b")]
    [InlineData("./a:b", "./a:b")]
    [InlineData("a", "a")]
    public void A_location_is_shown_without_what_may_be_secret(string location, string shown) =>
        Assert.Equal(shown, BackendFactory.DisplayName(location));

    [Fact]
    public void A_setting_that_nobody_knows_is_refused_without_its_value()
    {
        var options = new RepositoryOptions
        {
            Location = "backup",
            Connection = new ConnectionOptions { Settings = new Dictionary<string, string> { ["local.speed"] = "secret" } },
        };

        ArgumentException error = Assert.Throws<ArgumentException>(() => BackendFactory.Open(options));

        Assert.Contains("local.speed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_of_an_unknown_kind_is_refused_without_its_value()
    {
        var options = new RepositoryOptions
        {
            Location = "backup",
            Connection = new ConnectionOptions { Settings = new Dictionary<string, string> { ["speed"] = "secret" } },
        };

        ArgumentException error = Assert.Throws<ArgumentException>(() => BackendFactory.Open(options));

        Assert.Contains("speed", error.Message, StringComparison.Ordinal);
        Assert.Contains("local", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_that_is_added_is_made_when_it_is_needed_and_wrapped_like_the_others()
    {
        int made = 0;
        string place = "";
        Repository.AddBackendKind("added", () =>
        {
            made++;
            return new BackendKind(Open, shown => shown.ToUpperInvariant()) { IsDistant = true, Settings = ["size"] };
        });
        Assert.Equal(0, made);

        var options = new RepositoryOptions
        {
            Location = "added:there",
            Connection = new ConnectionOptions { Settings = new Dictionary<string, string> { ["added.size"] = "8" } },
        };
        await using BackendDecorator backend = BackendFactory.Open(options);

        Assert.Equal(("there8", "added:THERE"), (place, Repository.DisplayLocation("added:there")));
        Assert.IsType<RetryingBackend>(backend);
        Assert.Equal(1, made);

        MemoryBackend Open(string where, RepositoryOptions opened)
        {
            place = where + opened.Connection.Settings["added.size"];
            return new MemoryBackend();
        }
    }

    [Fact]
    public async Task A_backend_that_is_given_is_used_and_counted()
    {
        var options = new RepositoryOptions { Location = "unused", Backend = new MemoryBackend() };
        await using BackendDecorator backend = BackendFactory.Open(options);

        await backend.SaveAsync(FileHandle.Config, new byte[5], CancellationToken.None);

        Assert.Equal("mem:", backend.Location);
        Assert.Equal(5, backend.Traffic.BytesSaved);
    }

    [Fact]
    public async Task A_local_repository_keeps_to_limits_as_well()
    {
        using var folder = TempFolder.InMemory();
        var time = new FakeTime();
        DateTimeOffset start = time.GetUtcNow();
        var options = new RepositoryOptions
        {
            Location = folder.Combine("repository"),
            Connection = new ConnectionOptions { UploadBytesPerSecond = 1024 },
            Time = time,
        };
        await using BackendDecorator backend = BackendFactory.Open(options);
        await backend.CreateAsync(CancellationToken.None);

        await time.RunAsync(backend.SaveAsync(FileHandle.Config, new byte[10 * 1024], CancellationToken.None));

        Assert.Equal(TimeSpan.FromSeconds(10), time.GetUtcNow() - start);
    }

    [Fact]
    public void Options_never_show_their_values()
    {
        var options = new RepositoryOptions
        {
            Location = "rest:http://me:secret@server/",
            Connection = new ConnectionOptions { Password = "secret" },
        };

        Assert.DoesNotContain("secret", $"{options} {options.Connection}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("local:")]
    public void No_place_at_all_is_refused(string location) =>
        Assert.Throws<ArgumentException>(() => Open(location));

    private static BackendDecorator Open(string location) => BackendFactory.Open(new RepositoryOptions { Location = location });
}
