using Backup.Engine;
using Backup.TestKit.Swift;

namespace Backup.Storage.S3.Tests;

/// <summary>Against a real service.</summary>
public sealed class S3BackendTests(SwiftFixture swift) : IClassFixture<SwiftFixture>
{
    [FactIfSwift]
    public async Task It_does_what_every_backend_has_to_do()
    {
        int tests = await BackendContractRun.AllAsync(() => new S3Contract(swift));

        Assert.True(tests > 50, $"only {tests} tests");
    }

    [TheoryIfSwift]
    [InlineData("false")]
    [InlineData("true")]
    public async Task A_listing_of_many_pages_is_complete(string isV1)
    {
        await using IBackend backend = SwiftFixture.OpenBackend(swift.NewPlace(), ("s3.list-objects-v1", isV1));
        await backend.CreateAsync(CancellationToken.None);
        FileHandle[] files = [.. Enumerable.Range(0, (3 * SwiftServer.PageLength) + 1).Select(i => new FileHandle(FileKind.Snapshot, Digest.Of([(byte)i])))];
        await Task.WhenAll(files.Select(file => backend.SaveAsync(file, new byte[1], CancellationToken.None)));

        List<BackendFile> listed = await backend.ListAsync(FileKind.Snapshot, CancellationToken.None).ToListAsync();

        Assert.Equal(files.Length, listed.Count);
        Assert.Equal(files.ToHashSet(), listed.Select(file => file.Handle).ToHashSet());
    }

    [FactIfSwift]
    public async Task A_large_file_goes_up_in_parts_and_comes_back_whole()
    {
        const int LeastPart = 5 << 20;
        S3Location location = S3Location.Parse(swift.NewPlace());
        ConnectionOptions connection = SwiftFixture.Connection();
        byte[] content = new byte[(2 * LeastPart) + 1000];
        Random.Shared.NextBytes(content);
        var file = new FileHandle(FileKind.Pack, Digest.Of(content));
        await using var backend = new S3Backend(
            location, S3Options.Of(connection) with { PartSizeInBytes = LeastPart }, S3HttpClientFactory.Create(location, connection, TimeProvider.System), TimeProvider.System);
        await backend.CreateAsync(CancellationToken.None);

        await backend.SaveAsync(file, content, CancellationToken.None);

        Assert.Equal(content, await backend.LoadAsync(file, content.Length, CancellationToken.None));
        Assert.Equal([new BackendFile(file, content.Length)], await backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync());
        await Assert.ThrowsAsync<BackendFileExistsException>(() => backend.SaveAsync(file, content, CancellationToken.None));
        await backend.DeleteAsync(file, CancellationToken.None);
        Assert.Empty(await backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync());
    }

    [TheoryIfSwift]
    [InlineData("s3.secret-access-key", "another secret")]
    [InlineData("s3.access-key-id", "backup:nobody")]
    [InlineData("s3.access-key-id", SwiftServer.Stranger)]
    public async Task Who_may_not_is_refused_for_good_and_told_no_secrets(string setting, string value)
    {
        await using IBackend backend = SwiftFixture.OpenBackend(swift.NewPlace(), (setting, value), ("s3.region", SwiftServer.Region));

        BackendAccessDeniedException error = await Assert.ThrowsAsync<BackendAccessDeniedException>(
            () => backend.LoadAsync(FileHandle.Config, 1000, CancellationToken.None));

        Assert.DoesNotContain(value, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(SwiftServer.Secret, $"{error}", StringComparison.Ordinal);
    }

    [FactIfSwift]
    public async Task A_wrong_region_is_named()
    {
        await using IBackend backend = SwiftFixture.OpenBackend(swift.NewPlace(), ("s3.region", "south-1"));

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.CreateAsync(CancellationToken.None));

        Assert.False(error.IsTransient);
        Assert.Contains($"‹s3.region={SwiftServer.Region}›", error.Message, StringComparison.Ordinal);
    }

    [FactIfSwift]
    public async Task Without_its_bucket_there_is_nothing_to_read_and_no_way_to_save()
    {
        await using IBackend backend = SwiftFixture.OpenBackend(swift.NewPlace());

        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => backend.LoadAsync(FileHandle.Config, 1000, CancellationToken.None));
        await Assert.ThrowsAsync<BackendFileNotFoundException>(
            async () => await backend.ListAsync(FileKind.Pack, CancellationToken.None).CountAsync());
        BackendException error = await Assert.ThrowsAsync<BackendException>(
            () => backend.SaveAsync(FileHandle.Config, new byte[1], CancellationToken.None));
        Assert.False(error.IsTransient);
        Assert.Contains("bucket", error.Message, StringComparison.Ordinal);
    }

    [FactIfSwift]
    public async Task Nobody_there_is_temporary()
    {
        await using IBackend backend = SwiftFixture.OpenBackend("http://127.0.0.1:1/bucket");

        BackendException error = await Assert.ThrowsAsync<BackendException>(
            () => backend.LoadAsync(FileHandle.Config, 1000, CancellationToken.None));

        Assert.True(error.IsTransient);
        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
    }
}
