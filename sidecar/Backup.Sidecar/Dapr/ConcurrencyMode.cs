namespace Backup.Sidecar.Dapr;

/// <summary>Who wins when two write the same key.</summary>
internal enum ConcurrencyMode
{
    /// <summary>The store's default.</summary>
    Unspecified = 0,

    /// <summary>Who writes first: with an ETag compare and set, without one create only.</summary>
    FirstWrite = 1,

    /// <summary>Who writes last.</summary>
    LastWrite = 2,
}
