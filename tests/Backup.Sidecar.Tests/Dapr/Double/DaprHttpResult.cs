namespace Backup.Sidecar.Tests.Dapr.Double;

/// <summary>An answer of the HTTP API.</summary>
public sealed record DaprHttpResult(int Status, string Body, IReadOnlyDictionary<string, string> Headers);
