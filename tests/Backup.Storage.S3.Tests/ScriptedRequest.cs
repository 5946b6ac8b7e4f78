namespace Backup.Storage.S3.Tests;

/// <summary>A request that a <see cref="ScriptedService"/> got.</summary>
internal sealed record ScriptedRequest(HttpMethod Method, Uri Address, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>A header; null if there is none.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
