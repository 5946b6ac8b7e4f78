using System.Globalization;
using System.Net;

namespace Backup.TestKit.Dapr;

/// <summary>A state store component.</summary>
public sealed class StateStoreDouble
{
    private const string Separator = "||";

    private readonly string _keyPrefix = "appid";

    /// <summary>A component with a database of its own, or one that others use, too.</summary>
    public StateStoreDouble(StateDatabase? backing = null)
    {
        Backing = backing ?? new StateBacking();
        Type = Backing.Flavor switch
        {
            StateFlavor.Redis => "state.redis",
            StateFlavor.Postgres => "state.postgresql",
            _ => "state.sqlite",
        };
    }

    /// <summary>The database.</summary>
    public StateDatabase Backing { get; }

    /// <summary>Such as <c>state.redis</c>.</summary>
    public string Type { get; init; }

    /// <summary>keyPrefix: <c>appid</c>, <c>namespace</c>, <c>name</c>, <c>none</c>, or the prefix itself. Whatever it is gets lower-cased.</summary>
    public string KeyPrefix
    {
        get => _keyPrefix;
        init => _keyPrefix = value.ToLowerInvariant();
    }

    /// <summary>The most that a transaction may have; null for any number.</summary>
    public int? MaxTransactionOperations { get; init; }

    /// <summary>Whether it has versions and transactions.</summary>
    public bool HasETags { get; init; } = true;

    /// <summary>Whether it stores text only, as MongoDB and Azure Table do: what is no UTF-8 comes back as something else.</summary>
    public bool IsTextOnly { get; init; }

    /// <summary>The largest value that it takes, in bytes.</summary>
    public int MaxValueLength { get; init; } = int.MaxValue;

    /// <summary>Whether the alpha query API works on it.</summary>
    public bool CanQuery { get; init; }

    internal IReadOnlyList<string> Capabilities =>
    [
        .. HasETags ? new[] { "ETAG", "TRANSACTIONAL" } : [],
        "TTL",
        .. CanQuery ? new[] { "QUERY_API" } : [],
        "KEYS_LIKE",
    ];

    internal string FullKey(string key, string name, string appId, string? ns)
    {
        if (key.Contains(Separator, StringComparison.Ordinal))
        {
            throw DaprFaultException.Malformed($"input key/keyPrefix '{key}' can't contain '||'");
        }

        string prefix = KeyPrefix switch
        {
            "appid" => appId,
            "namespace" => string.IsNullOrEmpty(ns) ? appId : ns + "." + appId,
            "name" => name,
            "none" => "",
            _ => KeyPrefix,
        };
        return prefix.Length == 0 ? key : prefix + Separator + key;
    }

    internal static string OriginalKey(string fullKey) =>
        fullKey.Split(Separator, 3) is [_, string key, ..] ? key : fullKey;

    internal (byte[] Value, string ETag, Dictionary<string, string> Metadata)? Get(string fullKey)
    {
        if (Backing.Get(fullKey) is not { } row)
        {
            return null;
        }

        var metadata = new Dictionary<string, string>();
        if (row.Expires is { } expires && Backing.Flavor != StateFlavor.Redis)
        {
            metadata["ttlExpireTime"] = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return (row.Value, HasETags ? row.ETag : "", metadata);
    }

    internal void Save(IEnumerable<StateChange> changes)
    {
        foreach (StateChange change in changes)
        {
            Change(change);
        }
    }

    internal void Change(StateChange change)
    {
        if (change.Value.Length > MaxValueLength)
        {
            throw new InvalidOperationException("value is too large");
        }

        if (change.IsDelete)
        {
            Backing.Delete(change);
        }
        else
        {
            Backing.Set(change with { Value = Stored(change.Value) });
        }
    }

    internal void Execute(IReadOnlyList<StateChange> changes)
    {
        if (!HasETags)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError, GrpcCode.Unimplemented, "ERR_STATE_STORE_NOT_SUPPORTED", "state store doesn't support transactions");
        }

        if (MaxTransactionOperations is { } max && changes.Count > max)
        {
            throw new DaprFaultException(
                HttpStatusCode.BadRequest,
                GrpcCode.InvalidArgument,
                "ERR_STATE_STORE_TOO_MANY_TRANSACTIONS",
                $"the transaction contains {changes.Count} operations, which is more than what the state store supports: {max}");
        }

        try
        {
            Backing.Execute([.. changes.Select(change => change with { Value = Stored(change.Value) })]);
        }
        catch (Exception exception) when (exception is StateETagException or InvalidOperationException)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError,
                GrpcCode.Internal,
                "ERR_STATE_TRANSACTION",
                "error while executing state transaction: " + exception.Message);
        }
    }

    private byte[] Stored(byte[] value) =>
        IsTextOnly ? System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(value)) : value;
}
