namespace Backup.TestKit.Dapr;

/// <summary>What an output binding answers.</summary>
public sealed record BindingReply(byte[] Data)
{
    /// <summary>What it tells besides.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
