using System.Globalization;
using System.Text;
using Backup.TestKit.Dapr;

namespace Backup.TestKit.Redis;

/// <summary>A database in a real Redis, used as Dapr's component state.redis does: a hash for each key, changed by scripts.</summary>
public sealed class RedisBacking(RedisServer server) : StateDatabase, IDisposable
{
    private const string SetScript =
        """
        local there = redis.call('EXISTS', KEYS[1]) == 1
        if ARGV[1] ~= '' then
          if there and redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return redis.error_reply('MISMATCH') end
        elseif there and redis.call('HGET', KEYS[1], 'first-write') then
          return redis.error_reply('ERR user_script:12: failed to set key ' .. KEYS[1])
        end
        redis.call('HSET', KEYS[1], 'data', ARGV[2])
        if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'first-write', '0') end
        if ARGV[4] ~= '' then
          if tonumber(ARGV[4]) > 0 then redis.call('EXPIRE', KEYS[1], ARGV[4]) else redis.call('PERSIST', KEYS[1]) end
        end
        return redis.call('HINCRBY', KEYS[1], 'version', 1)
        """;

    private const string DeleteScript =
        """
        local version = redis.call('HGET', KEYS[1], 'version')
        if ARGV[1] ~= '' and version and version ~= ARGV[1] then return redis.error_reply('MISMATCH') end
        return redis.call('DEL', KEYS[1])
        """;

    private readonly RedisConnection _redis = new(server);

    /// <inheritdoc/>
    public override StateFlavor Flavor => StateFlavor.Redis;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys =>
        [.. (_redis.Run("KEYS", "*") as object?[] ?? []).Select(key => Encoding.UTF8.GetString(key as byte[] ?? [])).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override byte[]? Read(string fullKey) => Get(fullKey)?.Value;

    /// <inheritdoc/>
    public override void Write(string fullKey, byte[] value) => _redis.Run("EVAL", SetScript, 1, fullKey, "", value, 0, "");

    /// <inheritdoc/>
    public override void Remove(string fullKey) => _redis.Run("DEL", fullKey);

    /// <summary>Removes everything.</summary>
    public void Wipe() => _redis.Run("FLUSHALL");

    /// <inheritdoc/>
    public void Dispose() => _redis.Dispose();

    internal override (byte[] Value, string ETag, DateTimeOffset? Expires)? Get(string fullKey) =>
        _redis.Run("HMGET", fullKey, "data", "version") is object?[] and [byte[] data, byte[] version]
            ? (data, Encoding.ASCII.GetString(version), null)
            : null;

    internal override void Set(StateChange change) => Change(
        change, "EVAL", SetScript, 1, change.FullKey, ETagOf(change), change.Value, change.IsFirstWrite ? 1 : 0, change.Ttl?.ToString(CultureInfo.InvariantCulture) ?? "");

    internal override void Delete(StateChange change) => Change(change, "EVAL", DeleteScript, 1, change.FullKey, ETagOf(change));

    internal override void Execute(IReadOnlyList<StateChange> changes)
    {
        foreach (StateChange change in changes)
        {
            if (change.IsDelete)
            {
                Delete(change);
            }
            else
            {
                Set(change);
            }
        }
    }

    private static string ETagOf(StateChange change)
    {
        string etag = change.IsLastWrite ? "" : change.ETag ?? "";
        return etag.Length == 0 || long.TryParse(etag, CultureInfo.InvariantCulture, out _)
            ? etag
            : throw new StateETagException(isMismatch: false, $"strconv.Atoi: parsing \"{etag}\": invalid syntax");
    }

    private void Change(StateChange change, params object[] command)
    {
        try
        {
            _redis.Run(command);
        }
        catch (InvalidOperationException exception) when (exception.Message.StartsWith("MISMATCH", StringComparison.Ordinal))
        {
            throw new StateETagException(isMismatch: true, $"failed to set key {change.FullKey}");
        }
    }
}
