namespace Backup.Sidecar.Dapr;

/// <summary>What an output binding answered.</summary>
/// <param name="Data">The component's bytes; empty if it gave none.</param>
/// <param name="Metadata">What it told besides.</param>
internal sealed record BindingResponse(ReadOnlyMemory<byte> Data, IReadOnlyDictionary<string, string> Metadata);
