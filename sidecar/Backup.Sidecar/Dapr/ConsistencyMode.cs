namespace Backup.Sidecar.Dapr;

/// <summary>When a write is done, and how recent a read is.</summary>
internal enum ConsistencyMode
{
    /// <summary>The store's default.</summary>
    Unspecified = 0,

    /// <summary>Some time.</summary>
    Eventual = 1,

    /// <summary>Everywhere.</summary>
    Strong = 2,
}
