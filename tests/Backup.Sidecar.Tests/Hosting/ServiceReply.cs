using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>What the service answered.</summary>
internal sealed record ServiceReply(int Status, string ContentType, byte[] Body, HttpResponseHeaders Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>Itself, if that is its status.</summary>
    public ServiceReply Expect(int status)
    {
        Assert.True(Status == status, $"The status is {Status} instead of {status}: {Text}");
        return this;
    }

    /// <summary>Asserts that it is an error of this name.</summary>
    public ServiceReply ExpectProblem(int status, string errorId)
    {
        Expect(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(errorId, Json.GetProperty("errorId").GetString());
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEqual("", Json.GetProperty("detail").GetString());
        return this;
    }
}
