namespace Backup.Engine;

/// <summary>Which snapshots to remove: either those that are named, or of each group those that a policy does not keep.</summary>
public sealed record ForgetOptions
{
    /// <summary>
    /// Ids, beginnings of ids, <c>latest</c>: these are removed, whatever else is left. Empty: the policy decides.
    /// </summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>What to keep of each group.</summary>
    public RetentionPolicy Policy { get; init; } = new();

    /// <summary>The snapshots that the policy decides on, or those that <c>latest</c> is taken from; the others stay.</summary>
    public SnapshotFilter Filter { get; init; } = new();

    /// <summary>What the snapshots of a group have in common.</summary>
    public SnapshotGrouping GroupBy { get; init; } = SnapshotGrouping.Host | SnapshotGrouping.Paths;

    /// <summary>Allow a policy that keeps nothing, and so to remove all that <see cref="Filter"/> chooses: it must choose.</summary>
    public bool AllowRemoveAll { get; init; }

    /// <summary>Only find out what would be removed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Refuses what makes no sense, or would remove more than anybody can have meant.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    internal void Validate()
    {
        Policy.Validate();
        Filter.RefuseWith(Snapshots);
        if (Snapshots.Count > 0)
        {
            if (!Policy.IsEmpty)
            {
                throw new ArgumentException(
                    "Snapshots that are named are removed whatever a policy says. Leave out either the ids or the policy.");
            }
        }
        else if (Policy.IsEmpty && !AllowRemoveAll)
        {
            throw new ArgumentException("No policy says what to keep, so nothing was removed.");
        }
        else if (Policy.IsEmpty && Filter.IsEmpty)
        {
            throw new ArgumentException(
                "All snapshots of the repository would be removed. Choose some by host, tags or paths; nothing was removed.");
        }
    }
}
