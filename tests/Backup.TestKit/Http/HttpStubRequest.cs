namespace Backup.TestKit.Http;

/// <summary>A request that an <see cref="HttpStub"/> received.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">The path and query.</param>
/// <param name="Headers">Its headers; names in any case.</param>
/// <param name="Body">Its body.</param>
public sealed record HttpStubRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Its place in the order of all requests, from 1.</summary>
    public required int Number { get; init; }
}
