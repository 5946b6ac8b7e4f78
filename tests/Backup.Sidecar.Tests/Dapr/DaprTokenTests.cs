using System.Net;
using Backup.Sidecar.Dapr;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr;

public sealed class DaprTokenTests : DaprTest
{
    protected override DaprDoubleOptions DoubleOptions => new() { ApiToken = "secret-1", JobsAreAlpha = true, BulkPublishIsAlpha = true };

    [Fact]
    public async Task With_the_token_both_ports_answer()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();

        await Client.SaveBulkByteStateAsync("store", [new StateWrite("k", new byte[] { 1 })]);
        DaprMetadata metadata = await Client.GetMetadataAsync();

        Assert.Equal("backup", metadata.Id);
    }

    [Fact]
    public async Task Without_it_neither_does_but_health_is_told()
    {
        using var client = new DaprClient(ClientOptions with { ApiToken = null });

        DaprException grpc = await Assert.ThrowsAsync<DaprException>(() => client.GetByteStateAndETagAsync("store", "k"));
        DaprException http = await Assert.ThrowsAsync<DaprException>(() => client.GetMetadataAsync());

        Assert.Equal(GrpcStatus.Unauthenticated, grpc.GrpcStatus);
        Assert.Equal(HttpStatusCode.Unauthorized, http.HttpStatus);
        Assert.Contains("invalid api token", http.Message, StringComparison.Ordinal);
        Assert.True(await client.CheckOutboundHealthAsync());
    }

    [Fact]
    public async Task On_an_older_daprd_jobs_and_bulk_publishing_have_their_alpha_names()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();

        await Client.ScheduleJobAsync("j", new DaprJob { Schedule = "@daily" });
        DaprJob? job = await Client.GetJobAsync("j");
        IReadOnlyList<BulkPublishFailure> failures = await Client.BulkPublishEventAsync("bus", "t", [new("1", "{}"u8.ToArray(), "application/json")]);

        Assert.Equal("@daily", job?.Schedule);
        Assert.Empty(failures);
        Assert.Equal(1, Dapr.Calls.Count(path => path == "/v1.0/jobs/j"));
        Assert.Single(Dapr.PubSubs["bus"].Messages("t"));
    }
}
