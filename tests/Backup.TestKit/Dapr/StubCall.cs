namespace Backup.TestKit.Dapr;

/// <summary>A call that a <see cref="StubApp"/> got.</summary>
public sealed record StubCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, string? ContentType);
