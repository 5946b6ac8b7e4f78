namespace Backup.TestKit.Dapr;

/// <summary>The families of state stores, by how they differ where it hurts.</summary>
public enum StateFlavor
{
    /// <summary>
    /// state.redis: versions count from one and begin again when a key was removed; a lost first write is a plain failure, and a
    /// key created so is written by nobody without its version; remaining lifetimes are not told, and a write that names none leaves
    /// them; JSON numbers have six decimals.
    /// </summary>
    Redis,

    /// <summary>state.postgresql v2 and the like: versions never come again; a lost first write is a plain failure.</summary>
    Postgres,

    /// <summary>state.sqlite, state.in-memory, Cosmos …: a lost first write is a conflict.</summary>
    Sqlite,
}
