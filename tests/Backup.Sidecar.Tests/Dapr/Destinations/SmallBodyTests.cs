using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

/// <summary>A daprd that takes less than the usual 4 MiB.</summary>
public sealed class SmallBodyTests : DaprTest
{
    protected override DaprDoubleOptions DoubleOptions => new() { MaxBodySize = 200_000 };

    [Fact]
    public async Task Parts_get_as_small_as_they_have_to_be()
    {
        var binding = new S3Binding();
        Dapr.Bindings["repo"] = binding;
        await using var backend = new BindingBackend(Client, "repo", "");
        await backend.CreateAsync(CancellationToken.None);
        byte[] content = new byte[1_000_000];
        new Random(1).NextBytes(content);
        var pack = new FileHandle(FileKind.Pack, Digest.Of(content));

        await backend.SaveAsync(pack, content, CancellationToken.None);

        Assert.Equal(content, await backend.LoadAsync(pack, content.Length, CancellationToken.None));
        Assert.All(binding.Names, name => Assert.InRange(binding.Read(name)?.Length ?? 0, 0, 200_000));
    }

    [Fact]
    public async Task What_others_stored_in_larger_parts_is_read_and_listed_over_http()
    {
        var binding = new S3Binding();
        Dapr.Bindings["repo"] = binding;
        await using DaprDouble large = await DaprDouble.StartAsync();
        large.Bindings["repo"] = binding;
        using var largeClient = new Sidecar.Dapr.DaprClient(new() { HttpEndpoint = large.HttpEndpoint, GrpcEndpoint = large.GrpcEndpoint });
        await using var other = new BindingBackend(largeClient, "repo", "");
        await other.CreateAsync(CancellationToken.None);
        byte[] content = new byte[1_000_000];
        var pack = new FileHandle(FileKind.Pack, Digest.Of(content));
        await other.SaveAsync(pack, content, CancellationToken.None);
        for (int i = 0; i < 900; i++)
        {
            binding.Write($"snapshots/{PartedFile.New(new FileHandle(FileKind.Snapshot, Digest.Of(BitConverter.GetBytes(i))), 5, 10, DateTimeOffset.UnixEpoch).Label}", []);
        }

        await using var backend = new BindingBackend(Client, "repo", "");

        Assert.Equal(content, await backend.LoadAsync(pack, content.Length, CancellationToken.None));
        Assert.Equal(900, await backend.ListAsync(FileKind.Snapshot, CancellationToken.None).CountAsync());
    }
}
