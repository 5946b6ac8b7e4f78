namespace Backup.TestKit.Http;

/// <summary>What an <see cref="HttpStub"/> answers.</summary>
public sealed record HttpStubAnswer
{
    /// <summary>The status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Headers; without a <c>Content-Length</c> the body's is sent.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The body.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>How much of the body is sent before the connection is cut; null: all of it, and it is not cut.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Cut the connection instead of answering.</summary>
    public bool IsDropped { get; init; }

    /// <summary>No answer: the connection is cut.</summary>
    public static HttpStubAnswer Dropped { get; } = new() { IsDropped = true };

    /// <summary>A status with a short text.</summary>
    public static HttpStubAnswer Of(int status, params (string Name, string Value)[] headers) =>
        new() { Status = status, Headers = headers, Body = System.Text.Encoding.ASCII.GetBytes($"status {status}\n") };
}
