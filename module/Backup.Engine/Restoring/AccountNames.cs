using System.Collections.Concurrent;

namespace Backup.Engine.Restoring;

/// <summary>Finds the ids of users and groups by name, each name once. Thread-safe.</summary>
internal sealed class AccountNames
{
    /// <summary>Names beyond this are looked up each time: a forged repository may have no end of them.</summary>
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<(string Name, bool IsGroup), uint?> _known = new();

    /// <summary>The id that a name has on this system; null if it has none.</summary>
    public uint? Find(string name, bool isGroup)
    {
        if (_known.TryGetValue((name, isGroup), out uint? id))
        {
            return id;
        }

        id = Targets.LinuxAccounts.Find(name, isGroup);
        if (_known.Count < MaxKept)
        {
            _known[(name, isGroup)] = id;
        }

        return id;
    }
}
