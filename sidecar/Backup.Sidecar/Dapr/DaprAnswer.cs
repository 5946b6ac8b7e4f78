using System.Net;

namespace Backup.Sidecar.Dapr;

/// <summary>What daprd answered over HTTP, when it was no error.</summary>
/// <param name="Status">The status, 200 … 299.</param>
/// <param name="Body">The body; empty if there is none.</param>
/// <param name="Metadata">What stands in headers named <c>metadata.*</c>, without that prefix.</param>
/// <param name="ETag">The version of a value: Dapr writes it without quotes; empty if there is none.</param>
internal sealed record DaprAnswer(HttpStatusCode Status, byte[] Body, IReadOnlyDictionary<string, string> Metadata, string ETag);
