using System.Text.Json;

namespace Backup.Sidecar.Tests;

/// <summary>How a command line ended and what it wrote.</summary>
internal sealed record SidecarResult(int ExitCode, byte[] OutputBytes, string Errors)
{
    public string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    /// <summary>The output's lines as JSON objects.</summary>
    public IReadOnlyList<JsonElement> Lines => Parse(Output);

    /// <summary>The errors' lines as JSON objects.</summary>
    public IReadOnlyList<JsonElement> ErrorLines => Parse(Errors);

    /// <summary>The output as one JSON document.</summary>
    public JsonElement Document => JsonElement.Parse(Output);

    /// <summary>The line of this message type.</summary>
    public JsonElement Line(string messageType) =>
        Lines.Single(line => line.GetProperty("message_type").GetString() == messageType);

    /// <summary>Itself, if it ended so; else the errors are the test's.</summary>
    public SidecarResult Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"It ended with {ExitCode} instead of {exitCode}:\n{Errors}\n{Output}");
        return this;
    }

    private static List<JsonElement> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
}
