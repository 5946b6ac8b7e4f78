using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;

namespace Backup.Sidecar.Tests.Dapr.Destinations;

public sealed class DaprLocationTests : DaprTest
{
    [Theory]
    [InlineData("dapr:repo", "dapr:repo")]
    [InlineData("dapr:repo/", "dapr:repo")]
    [InlineData("dapr:repo/team-a/x", "dapr:repo/team-a/x")]
    [InlineData("daprstate:store", "daprstate:store/repository")]
    [InlineData("daprstate:store/small", "daprstate:store/small")]
    public async Task A_location_names_a_component_and_a_place_in_it(string location, string expected)
    {
        Assert.True(DaprLocation.Is(location));
        await using IBackend backend = DaprLocation.Open(location, Client);

        Assert.Equal(expected, backend.Location);
    }

    [Theory]
    [InlineData("dapr:")]
    [InlineData("daprstate:/x")]
    [InlineData("dapr:repo/../other")]
    [InlineData("dapr:repo/Large")]
    [InlineData("dapr:repo/a//b")]
    [InlineData("daprstate:store/a||b")]
    public void Others_are_refused(string location) => Assert.Throws<ArgumentException>(() => DaprLocation.Open(location, Client));

    [Fact]
    public void Paths_and_other_schemes_are_the_engine_s() =>
        Assert.False(DaprLocation.Is("/srv/dapr:") || DaprLocation.Is("s3:x") || DaprLocation.Is("daprs:x"));
}
