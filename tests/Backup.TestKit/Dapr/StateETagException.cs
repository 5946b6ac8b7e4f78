namespace Backup.TestKit.Dapr;

/// <summary>A version that no longer fits, or is none at all.</summary>
internal sealed class StateETagException(bool isMismatch, string message) : Exception(
    (isMismatch ? "possible etag mismatch. error from state store" : "invalid etag value") + (message.Length > 0 ? ": " + message : ""))
{
    public bool IsMismatch { get; } = isMismatch;
}
