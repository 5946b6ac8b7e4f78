using Backup.Sidecar.Dapr;

namespace Backup.Sidecar.Tests.Dapr;

public sealed class DaprOptionsTests
{
    [Fact]
    public void Without_anything_daprd_is_where_it_always_is()
    {
        DaprOptions options = Read([]);

        Assert.Equal(new Uri("http://127.0.0.1:3500"), options.HttpEndpoint);
        Assert.Equal(new Uri("http://127.0.0.1:50001"), options.GrpcEndpoint);
        Assert.Null(options.ApiToken);
        Assert.Equal(TimeSpan.FromSeconds(60), options.HealthTimeout);
        Assert.False(DaprOptions.IsConfigured(_ => null));
    }

    [Fact]
    public void Ports_are_taken_and_endpoints_win_over_them()
    {
        DaprOptions options = Read(new()
        {
            ["DAPR_HTTP_PORT"] = "1234",
            ["DAPR_GRPC_PORT"] = "1235",
            ["DAPR_GRPC_ENDPOINT"] = "https://dapr.example:443",
            ["DAPR_API_TOKEN"] = "secret",
            ["DAPR_HEALTH_TIMEOUT"] = "5",
        });

        Assert.Equal(new Uri("http://127.0.0.1:1234"), options.HttpEndpoint);
        Assert.Equal(new Uri("https://dapr.example:443"), options.GrpcEndpoint);
        Assert.Equal("secret", options.ApiToken);
        Assert.Equal(TimeSpan.FromSeconds(5), options.HealthTimeout);
    }

    [Theory]
    [InlineData("DAPR_HTTP_PORT", "no")]
    [InlineData("DAPR_HTTP_PORT", "70000")]
    [InlineData("DAPR_GRPC_ENDPOINT", "ftp://x")]
    [InlineData("DAPR_HEALTH_TIMEOUT", "0")]
    public void Nonsense_is_refused_by_its_name(string name, string value)
    {
        FormatException error = Assert.Throws<FormatException>(() => Read(new() { [name] = value }));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static DaprOptions Read(Dictionary<string, string> variables) => DaprOptions.FromEnvironment(variables.GetValueOrDefault);
}
