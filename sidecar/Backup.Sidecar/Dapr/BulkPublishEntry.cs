namespace Backup.Sidecar.Dapr;

/// <summary>One of several events that are published together.</summary>
/// <param name="EntryId">Tells it from the others of the call.</param>
/// <param name="Event">Its data: JSON or bytes where the content type says so, else a text in UTF-8. Lent for the call.</param>
/// <param name="ContentType">What the data is.</param>
/// <param name="Metadata">As for a single event.</param>
internal sealed record BulkPublishEntry(
    string EntryId, ReadOnlyMemory<byte> Event, string ContentType, IReadOnlyDictionary<string, string>? Metadata = null);
