namespace Backup.TestKit.Dapr;

/// <summary>What an envelope takes from the call it was published with.</summary>
internal sealed record DaprContext(DateTimeOffset Now, string TraceParent, string TraceState, bool BrokerHasTtl);
