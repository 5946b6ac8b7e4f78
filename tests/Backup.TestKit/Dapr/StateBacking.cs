namespace Backup.TestKit.Dapr;

/// <summary>A database in memory.</summary>
public sealed class StateBacking(StateFlavor flavor = StateFlavor.Redis, TimeProvider? time = null) : StateDatabase
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long _lastVersion;

    /// <inheritdoc/>
    public override StateFlavor Flavor { get; } = flavor;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys
    {
        get
        {
            lock (_gate)
            {
                return [.. _rows.Keys.Where(key => Find(key) is not null).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <inheritdoc/>
    public override byte[]? Read(string fullKey)
    {
        lock (_gate)
        {
            return Find(fullKey)?.Value;
        }
    }

    /// <inheritdoc/>
    public override void Write(string fullKey, byte[] value)
    {
        lock (_gate)
        {
            Put(fullKey, value, isFirstWrite: false, expires: null);
        }
    }

    /// <inheritdoc/>
    public override void Remove(string fullKey)
    {
        lock (_gate)
        {
            _rows.Remove(fullKey);
        }
    }

    internal override (byte[] Value, string ETag, DateTimeOffset? Expires)? Get(string fullKey)
    {
        lock (_gate)
        {
            return Find(fullKey) is { } row ? (row.Value, row.ETag, row.Expires) : null;
        }
    }

    internal override void Set(StateChange change)
    {
        lock (_gate)
        {
            Check(change);
            Apply(change);
        }
    }

    internal override void Delete(StateChange change)
    {
        lock (_gate)
        {
            Check(change);
            _rows.Remove(change.FullKey);
        }
    }

    /// <summary>All or none. (Redis itself would keep what came before a failure; its component checks first.)</summary>
    internal override void Execute(IReadOnlyList<StateChange> changes)
    {
        lock (_gate)
        {
            foreach (StateChange change in changes)
            {
                Check(change);
            }

            foreach (StateChange change in changes)
            {
                if (change.IsDelete)
                {
                    _rows.Remove(change.FullKey);
                }
                else
                {
                    Apply(change);
                }
            }
        }
    }

    private void Apply(StateChange change) =>
        Put(
            change.FullKey,
            change.Value,
            change.IsFirstWrite,
            change.Ttl is > 0 ? _time.GetUtcNow().AddSeconds(change.Ttl.Value)
                : change.Ttl is null && Flavor == StateFlavor.Redis ? Find(change.FullKey)?.Expires // only a lifetime that is given changes the one that is there
                : null);

    private void Put(string fullKey, byte[] value, bool isFirstWrite, DateTimeOffset? expires)
    {
        Row? old = Find(fullKey);
        _lastVersion++;
        string etag = Flavor switch
        {
            StateFlavor.Redis => ((old is null ? 0 : long.Parse(old.ETag, System.Globalization.CultureInfo.InvariantCulture)) + 1)
                .ToString(System.Globalization.CultureInfo.InvariantCulture),
            StateFlavor.Postgres => _lastVersion.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => new Guid((int)_lastVersion, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7).ToString(),
        };
        _rows[fullKey] = new Row([.. value], etag, expires, isFirstWrite || old?.IsFirstWrite == true);
    }

    private void Check(StateChange change)
    {
        Row? row = Find(change.FullKey);
        if (change.ETag is { Length: > 0 } etag && !(Flavor == StateFlavor.Redis && change.IsLastWrite))
        {
            if (Flavor != StateFlavor.Sqlite && !long.TryParse(etag, out _))
            {
                throw new StateETagException(isMismatch: false, $"strconv.Atoi: parsing \"{etag}\": invalid syntax");
            }

            // Redis takes a key that is not there for one that may be written, whatever the version.
            if (row is null ? Flavor != StateFlavor.Redis : row.ETag != etag)
            {
                throw new StateETagException(isMismatch: true, $"failed to set key {change.FullKey}");
            }

            return;
        }

        if (row is null || change.IsDelete)
        {
            return;
        }

        switch (Flavor)
        {
            case StateFlavor.Redis when row.IsFirstWrite:
                throw new InvalidOperationException($"failed to set key {change.FullKey}: ERR user_script:12: failed to set key");
            case StateFlavor.Postgres when change.IsFirstWrite:
                throw new InvalidOperationException("no item was updated");
            case StateFlavor.Sqlite when change.IsFirstWrite:
                throw new StateETagException(isMismatch: true, "");
        }
    }

    private Row? Find(string fullKey)
    {
        if (!_rows.TryGetValue(fullKey, out Row? row))
        {
            return null;
        }

        if (row.Expires <= _time.GetUtcNow())
        {
            _rows.Remove(fullKey);
            return null;
        }

        return row;
    }

    private sealed record Row(byte[] Value, string ETag, DateTimeOffset? Expires, bool IsFirstWrite);
}
