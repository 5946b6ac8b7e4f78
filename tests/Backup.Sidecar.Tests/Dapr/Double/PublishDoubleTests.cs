using System.Text;
using System.Text.Json;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Double;

public sealed class PublishDoubleTests : DaprDoubleTest
{
    [Theory]
    [InlineData("application/json", "{\"n\":12345678901234567890}", "data", "{\"n\":12345678901234567890}")]
    [InlineData("application/json", "no json", "data", "\"no json\"")]
    [InlineData("application/vnd.x+json", "[1]", "data", "[1]")]
    [InlineData("text/plain", "{}", "data", "\"{}\"")]
    [InlineData(null, "{}", "data", "\"{}\"")]
    [InlineData("application/octet-stream", "{}", "data_base64", "\"e30=\"")]
    public async Task The_content_type_decides_what_becomes_of_the_data(string? contentType, string data, string member, string expected)
    {
        JsonElement cloudEvent = await PublishAsync("v1.0/publish/bus/t", data, contentType);

        Assert.Equal(expected, cloudEvent.GetProperty(member).GetRawText());
        Assert.Equal(contentType ?? "text/plain", cloudEvent.GetProperty("datacontenttype").GetString());
        Assert.Equal("backup", cloudEvent.GetProperty("source").GetString());
        Assert.Equal("com.dapr.event.sent", cloudEvent.GetProperty("type").GetString());
        Assert.Equal(("t", "bus", "1.0"), (Text(cloudEvent, "topic"), Text(cloudEvent, "pubsubname"), Text(cloudEvent, "specversion")));
        Assert.True(Guid.TryParse(Text(cloudEvent, "id"), out _));
    }

    [Fact]
    public async Task Metadata_overrides_parts_of_the_envelope_and_gives_it_an_end()
    {
        JsonElement cloudEvent = await PublishAsync(
            "v1.0/publish/bus/a/b?metadata.cloudevent.id=1&metadata.cloudevent.type=x&metadata.cloudevent.source=y&metadata.cloudevent.subject=z&metadata.ttlInSeconds=60",
            "{}",
            "application/json",
            "a/b");

        Assert.Equal(("1", "x", "y", "z"), (Text(cloudEvent, "id"), Text(cloudEvent, "type"), Text(cloudEvent, "source"), Text(cloudEvent, "subject")));
        Assert.EndsWith("Z", Text(cloudEvent, "expiration"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_envelope_of_one_s_own_is_kept_and_completed()
    {
        JsonElement cloudEvent = await PublishAsync(
            "v1.0/publish/bus/t", """{"id":"own","type":"x","extension":"e","data":1}""", "application/cloudevents+json");

        Assert.Equal(("own", "x", "e", "Dapr", "t"), (Text(cloudEvent, "id"), Text(cloudEvent, "type"), Text(cloudEvent, "extension"), Text(cloudEvent, "source"), Text(cloudEvent, "topic")));
    }

    [Fact]
    public async Task Raw_payload_is_published_as_it_is()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();

        DaprHttpResult result = await PostAsync("v1.0/publish/bus/t?metadata.rawPayload=true", "raw", "text/plain");

        Assert.Equal(204, result.Status);
        Assert.Equal("raw", Encoding.UTF8.GetString(Assert.Single(Dapr.PubSubs["bus"].Messages("t"))));
    }

    [Fact]
    public async Task What_cannot_be_published_is_refused_with_its_code()
    {
        Dapr.PubSubs["bus"] = new BrokerDouble { MayPublish = (app, topic) => app == "backup" && topic != "no" };

        DaprHttpResult unknown = await PostAsync("v1.0/publish/other/t", "{}");
        DaprHttpResult noTopic = await PostAsync("v1.0/publish/bus/", "{}");
        DaprHttpResult forbidden = await PostAsync("v1.0/publish/bus/no", "{}");
        DaprHttpResult large = await PostAsync("v1.0/publish/bus/t", new string('x', 5 << 20));
        DaprHttpResult twice = await PostAsync("v1.0/publish/bulk/bus/t", """[{"entryId":"1","event":1,"contentType":"application/json"},{"entryId":"1","event":2,"contentType":"application/json"}]""");
        Dapr.PubSubs["bus"].IsDown = true;
        DaprHttpResult down = await PostAsync("v1.0/publish/bus/t", "{}");

        Assert.Equal((404, 404, 403, 500, 400, 500), (unknown.Status, noTopic.Status, forbidden.Status, large.Status, twice.Status, down.Status));
        Assert.Contains("ERR_TOPIC_NAME_EMPTY", noTopic.Body, StringComparison.Ordinal);
        Assert.Contains("ERR_PUBSUB_PUBLISH_MESSAGE", down.Body, StringComparison.Ordinal);
        Assert.Empty(Dapr.PubSubs["bus"].Messages("t"));
    }

    private async Task<JsonElement> PublishAsync(string path, string data, string? contentType, string topic = "t")
    {
        Dapr.PubSubs["bus"] = new BrokerDouble();
        Assert.Equal(204, (await PostAsync(path, data, contentType)).Status);
        return JsonDocument.Parse(Assert.Single(Dapr.PubSubs["bus"].Messages(topic))).RootElement;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
