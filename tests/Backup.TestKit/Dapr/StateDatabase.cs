namespace Backup.TestKit.Dapr;

/// <summary>The database behind state stores: shared where several components or several daprds use the same one.</summary>
public abstract class StateDatabase
{
    /// <summary>How it differs from others.</summary>
    public abstract StateFlavor Flavor { get; }

    /// <summary>All keys as they are stored, prefixes and all, in order.</summary>
    public abstract IReadOnlyList<string> Keys { get; }

    /// <summary>The bytes under a key as it is stored; null if there is none.</summary>
    public abstract byte[]? Read(string fullKey);

    /// <summary>Puts bytes under a key as it is stored, as somebody would who is not daprd.</summary>
    public abstract void Write(string fullKey, byte[] value);

    /// <summary>Removes a key as it is stored, as somebody would who is not daprd.</summary>
    public abstract void Remove(string fullKey);

    internal abstract (byte[] Value, string ETag, DateTimeOffset? Expires)? Get(string fullKey);

    internal abstract void Set(StateChange change);

    internal abstract void Delete(StateChange change);

    /// <summary>All or none.</summary>
    internal abstract void Execute(IReadOnlyList<StateChange> changes);
}
