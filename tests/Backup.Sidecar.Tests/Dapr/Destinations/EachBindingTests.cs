using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

/// <summary>One way through each component. The whole contract over those that are not local storage or S3 takes minutes: it is slow.</summary>
public sealed class EachBindingTests(SharedDapr shared) : IClassFixture<SharedDapr>
{
    [Theory]
    [InlineData("gcs")]
    [InlineData("azure")]
    [InlineData("azure-decoding")]
    [InlineData("sftp")]
    [InlineData("obs")]
    public async Task Files_come_back_whole_and_in_parts_are_listed_and_go(string component)
    {
        shared.Dapr.Bindings[component] = component switch
        {
            "gcs" => new GcsBinding(),
            "azure" => new AzureBlobBinding(),
            "azure-decoding" => new AzureBlobBinding { DecodeBase64 = true },
            "sftp" => new SftpBinding(),
            _ => new ObsBinding(),
        };
        byte[] content = new byte[3_000_000]; // two parts
        new Random(1).NextBytes(content);
        byte[] range = new byte[1000];
        var file = new FileHandle(FileKind.Pack, Digest.Of(content));
        await using var backend = new BindingBackend(shared.Client, component, "tests/one");

        await backend.CreateAsync(CancellationToken.None);
        await backend.SaveAsync(FileHandle.Config, new byte[7], CancellationToken.None);
        await backend.SaveAsync(file, content, CancellationToken.None);
        await Assert.ThrowsAsync<BackendFileExistsException>(() => backend.SaveAsync(file, content, CancellationToken.None));
        byte[] whole = await backend.LoadAsync(file, content.Length, CancellationToken.None);
        await backend.LoadRangeAsync(file, 2_621_000, range, CancellationToken.None); // from the first part into the second
        List<BackendFile> listed = await backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync();
        await backend.DeleteAsync(file, CancellationToken.None);

        Assert.True(content.AsSpan().SequenceEqual(whole));
        Assert.Equal(content[2_621_000..2_622_000], range);
        Assert.Equal([new BackendFile(file, content.Length)], listed);
        Assert.Empty(await backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync());
        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => backend.LoadAsync(file, 1000, CancellationToken.None));
    }
}
