namespace Backup.Engine;

/// <summary>What to look for in which snapshots.</summary>
public sealed record FindOptions
{
    /// <summary>
    /// What to find, any of it: patterns of names or paths (<c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>**</c> for any number
    /// of folders; one that begins with <c>/</c> starts at the root), or ids if <see cref="Target"/> says so.
    /// </summary>
    public required IReadOnlyList<string> Patterns { get; init; }

    /// <summary>What the patterns are.</summary>
    public FindTarget Target { get; init; }

    /// <summary>Capital and small letters are the same.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Pass over what was modified before.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>Pass over what was modified afterwards.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Ids, beginnings of ids, <c>latest</c>; empty: all that the filter chooses.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Chooses among all snapshots, and those that <c>latest</c> is taken from.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>Begin with the oldest snapshot instead of the newest.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Hears of each folder that can't be read; the search goes on. Null: the first one is thrown.</summary>
    public Action<UnreadableFolder>? Unreadable { get; init; }
}
