using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

/// <summary>What is particular about bindings: limits, quirks, breakdowns.</summary>
public sealed class BindingBackendTests : DaprTest
{
    private static readonly FileHandle Pack = new(FileKind.Pack, Digest.Of("pack"u8));
    private static readonly FileHandle Snapshot = new(FileKind.Snapshot, Digest.Of("snapshot"u8));

    public static TheoryData<string> Dialects =>
        ["localstorage", "s3", "s3-encoding", "azure", "azure-decoding", "gcs", "gcs-old", "obs", "sftp"];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Every_component_that_can_hold_a_repository_does(string dialect)
    {
        await using BindingBackend backend = await OpenAsync(dialect);
        byte[] content = Content(6 << 20);

        await backend.SaveAsync(Pack, content, CancellationToken.None);
        await backend.SaveAsync(Snapshot, Content(100), CancellationToken.None);
        byte[] part = new byte[100_000];
        await backend.LoadRangeAsync(Pack, (5 << 19) - 1000, part, CancellationToken.None);

        Assert.Equal(content, await backend.LoadAsync(Pack, content.Length, CancellationToken.None));
        Assert.Equal(content[((5 << 19) - 1000)..((5 << 19) + 99_000)], part);
        await using var another = new BindingBackend(Client, "repo", "");
        Assert.Equal([new BackendFile(Pack, content.Length)], await another.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync());
        Assert.Equal(content.Length, await another.GetSizeAsync(Pack, CancellationToken.None));
        Assert.Empty(await another.ListAsync(FileKind.Index, CancellationToken.None).ToListAsync());
        await another.DeleteAsync(Pack, CancellationToken.None);
        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => backend.LoadAsync(Pack, content.Length, CancellationToken.None));
        Assert.DoesNotContain(Objects.Names, name => name.Contains("pack", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("obs")]
    [InlineData("azure")]
    [InlineData("gcs")]
    public async Task Listings_of_more_than_a_page_are_complete(string dialect)
    {
        await using BindingBackend backend = await OpenAsync(dialect);
        await backend.SaveAsync(Pack, Content(10), CancellationToken.None);
        for (int i = 0; i < 6000; i++)
        {
            Objects.Write($"snapshots/{PartedFile.New(new FileHandle(FileKind.Snapshot, Digest.Of(BitConverter.GetBytes(i))), 5, 10, DateTimeOffset.UnixEpoch).Label}", []);
        }

        List<BackendFile> files = await backend.ListAsync(FileKind.Snapshot, CancellationToken.None).ToListAsync();

        Assert.Equal(6000, files.Count);
        Assert.Equal(6000, files.Select(file => file.Handle).Distinct().Count());
    }

    [Theory]
    [InlineData("redis", "daprstate:")]
    [InlineData("oss", "only write")]
    [InlineData("postgresql", "stores no objects")]
    public async Task Components_that_cannot_are_refused_with_the_reason(string dialect, string reason)
    {
        Dapr.Bindings["repo"] = NewBinding(dialect);
        await using var backend = new BindingBackend(Client, "repo", "");

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.CreateAsync(CancellationToken.None));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task An_unknown_component_is_named()
    {
        await using var backend = new BindingBackend(Client, "nowhere", "");

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.LoadAsync(FileHandle.Config, 100, CancellationToken.None));

        Assert.Contains("«nowhere»", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_is_cut_short_leaves_nothing_to_be_seen_and_can_be_repeated()
    {
        await using BindingBackend backend = await OpenAsync("localstorage");
        byte[] content = Content(6 << 20);
        Objects.TornWrites = 1;

        await Assert.ThrowsAsync<BackendException>(() => backend.SaveAsync(Pack, content, CancellationToken.None));
        List<BackendFile> seen = await backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync();
        await backend.SaveAsync(Pack, content, CancellationToken.None);

        Assert.Empty(seen);
        Assert.Equal(content, await backend.LoadAsync(Pack, content.Length, CancellationToken.None));
        Assert.Equal(3, Objects.Names.Count(name => name.StartsWith("parts/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("localstorage")]
    [InlineData("s3")]
    [InlineData("azure")]
    [InlineData("gcs")]
    [InlineData("sftp")]
    public async Task What_an_interrupted_upload_left_goes_when_it_is_a_day_old(string dialect)
    {
        var time = new FakeTime();
        Dapr.Bindings["repo"] = NewBinding(dialect);
        await using var backend = new BindingBackend(Client, "repo", "", time: time);
        await backend.CreateAsync(CancellationToken.None);
        await backend.SaveAsync(Pack, Content(6 << 20), CancellationToken.None);
        await backend.SaveAsync(Snapshot, Content(100), CancellationToken.None);
        PartedFile[] left = [LeftBy(FileKind.Pack), LeftBy(FileKind.Snapshot), PartedFile.New(Pack, 25, 10, time.GetUtcNow())];
        time.Advance(TimeSpan.FromHours(25));
        PartedFile[] fresh = [LeftBy(FileKind.Pack), LeftBy(FileKind.Index)];
        foreach (PartedFile file in left.Concat(fresh))
        {
            Objects.Write(file.PartName(0), [1]);
            Objects.Write(file.PartName(2), [1]);
        }

        await backend.DeleteAsync(new FileHandle(FileKind.Lock, Digest.Of("lock"u8)), CancellationToken.None);
        int before = Objects.Names.Count;
        await backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync(); // as a check or a prune does
        await backend.DeleteAsync(new FileHandle(FileKind.Lock, Digest.Of("lock"u8)), CancellationToken.None);

        Assert.Equal(before - 6, Objects.Names.Count);
        Assert.All(left, file => Assert.DoesNotContain(file.PartName(0), Objects.Names));
        Assert.All(fresh, file => Assert.Contains(file.PartName(2), Objects.Names));
        Assert.Equal(Content(6 << 20), await backend.LoadAsync(Pack, 6 << 20, CancellationToken.None));
        Assert.Equal(Content(100), await backend.LoadAsync(Snapshot, 100, CancellationToken.None));

        PartedFile LeftBy(FileKind kind) =>
            PartedFile.New(new FileHandle(kind, Digest.Of(Guid.NewGuid().ToByteArray())), 25, 10, time.GetUtcNow());
    }

    [Fact]
    public async Task A_label_that_is_cut_short_labels_all_the_same()
    {
        await using BindingBackend backend = await OpenAsync("localstorage");
        await backend.SaveAsync(Snapshot, Content(100), CancellationToken.None);
        string label = Assert.Single(Objects.Names, name => name.StartsWith("snapshots/", StringComparison.Ordinal));
        Objects.Write(label, []);

        await using var another = new BindingBackend(Client, "repo", "");

        Assert.Equal(Content(100), await another.LoadAsync(Snapshot, 100, CancellationToken.None));
    }

    [Fact]
    public async Task A_part_that_is_damaged_or_missing_is_damage_that_names_the_file()
    {
        await using BindingBackend backend = await OpenAsync("s3");
        await backend.SaveAsync(Pack, Content(6 << 20), CancellationToken.None);
        string part = Objects.Names.Last(name => name.StartsWith("parts/packs/", StringComparison.Ordinal));
        byte[] bytes = Objects.Read(part) ?? [];
        bytes[^1] ^= 1;
        Objects.Write(part, bytes);

        RepositoryDamagedException damaged = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => backend.LoadAsync(Pack, 6 << 20, CancellationToken.None));
        Objects.Remove(part);
        RepositoryDamagedException missing = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => backend.LoadAsync(Pack, 6 << 20, CancellationToken.None));

        Assert.Contains($"Part 3 of 3 of the file {Pack}", damaged.Message, StringComparison.Ordinal);
        Assert.Contains($"Part 3 of 3 of the file {Pack}", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_that_is_gone_is_no_empty_repository()
    {
        await using BindingBackend backend = await OpenAsync("localstorage");
        await backend.SaveAsync(FileHandle.Config, Content(100), CancellationToken.None);

        ((LocalStorageBinding)Objects).Unmount();

        BackendException error = await Assert.ThrowsAsync<BackendException>(
            async () => await backend.ListAsync(FileKind.Snapshot, CancellationToken.None).ToListAsync());
        Assert.Contains("volume", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => backend.GetSizeAsync(FileHandle.Config, CancellationToken.None));
    }

    [Fact]
    public async Task Of_two_services_that_create_at_once_at_most_one_does()
    {
        await using BindingBackend one = await OpenAsync("s3");
        await using var other = new BindingBackend(Client, "repo", "");

        int[] saved = await Task.WhenAll(TrySaveConfigAsync(one, 1), TrySaveConfigAsync(other, 2));

        int[] winners = [.. saved.Where(value => value > 0)];
        Assert.InRange(winners.Length, 0, 1);
        foreach (int winner in winners)
        {
            Assert.Equal([(byte)winner], await other.LoadAsync(FileHandle.Config, 1, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Over_http_and_other_tools_what_was_stored_as_base64_is_read_too()
    {
        await using BindingBackend backend = await OpenAsync("obs");
        await backend.SaveAsync(Snapshot, Content(100), CancellationToken.None);
        string part = Objects.Names.Single(name => name.StartsWith("parts/snapshots/", StringComparison.Ordinal));
        string text = Convert.ToBase64String(Objects.Read(part) ?? []);

        Objects.Write(part, System.Text.Encoding.ASCII.GetBytes($"\"{text}\""));

        Assert.Equal(Content(100), await backend.LoadAsync(Snapshot, 100, CancellationToken.None));
    }

    [Fact]
    public async Task Metadata_carries_nothing_that_azure_would_store()
    {
        await using BindingBackend backend = await OpenAsync("azure");

        await backend.SaveAsync(Snapshot, Content(10), CancellationToken.None);

        Assert.Equal(
            ["blobName", "content-length", "content-type", "grpc-timeout", "host", "te", "traceparent"],
            Objects.LastMetadata.Keys.Order(StringComparer.Ordinal));
    }

    private ObjectBindingDouble Objects => (ObjectBindingDouble)Dapr.Bindings["repo"];

    private async Task<BindingBackend> OpenAsync(string dialect)
    {
        Dapr.Bindings["repo"] = NewBinding(dialect);
        var backend = new BindingBackend(Client, "repo", "");
        await backend.CreateAsync(CancellationToken.None);
        return backend;
    }

    private static BindingDouble NewBinding(string dialect) => dialect switch
    {
        "localstorage" => new LocalStorageBinding(),
        "s3" => new S3Binding { DecodeBase64 = true },
        "s3-encoding" => new S3Binding { EncodeBase64 = true },
        "azure" => new AzureBlobBinding(),
        "azure-decoding" => new AzureBlobBinding { DecodeBase64 = true },
        "gcs" => new GcsBinding(),
        "gcs-old" => new GcsBinding { MissingText = "storage: object doesn't exist" },
        "obs" => new ObsBinding(),
        "sftp" => new SftpBinding(),
        "redis" => new RedisBinding(),
        "oss" => new CreateOnlyBinding(),
        _ => new SqlBinding(),
    };

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static async Task<int> TrySaveConfigAsync(BindingBackend backend, byte value)
    {
        try
        {
            await backend.SaveAsync(FileHandle.Config, new[] { value }, CancellationToken.None);
            return value;
        }
        catch (BackendFileExistsException)
        {
            return 0;
        }
    }
}
