namespace Backup.Engine.Maintenance;

/// <summary>
/// Knows which snapshots of one repository are copies of which of another: the rule is restic's, so that copies that
/// either program made are not made again by the other.
/// </summary>
/// <remarks>
/// A copy names the first id of its snapshot as <c>original</c>, and says the same but for parent and original. One
/// that was tagged or rewritten since is another snapshot.
/// </remarks>
internal sealed class SnapshotCopies
{
    private readonly ILookup<SnapshotId, Snapshot> _byFirstId;

    /// <summary>Knows these snapshots.</summary>
    public SnapshotCopies(IEnumerable<Snapshot> snapshots) => _byFirstId = snapshots
        .SelectMany(snapshot => new[] { snapshot.Id, snapshot.Original ?? snapshot.Id }.Distinct().Select(id => (id, snapshot)))
        .ToLookup(pair => pair.id, pair => pair.snapshot);

    /// <summary>Whether one of the snapshots is the same as this one of another repository.</summary>
    public bool Has(Snapshot other) =>
        _byFirstId[other.Original ?? other.Id].Any(snapshot => AreSimilar(snapshot, other))
        || _byFirstId[other.Id].Any(snapshot => AreSimilar(snapshot, other));

    /// <summary>Whether two snapshots say the same, but for parent, original, and what counted or wrote them.</summary>
    private static bool AreSimilar(Snapshot left, Snapshot right) =>
        left.Time.CompareTo(right.Time) == 0 && left.Tree == right.Tree && left.Hostname == right.Hostname
        && left.Username == right.Username && left.Uid == right.Uid && left.Gid == right.Gid
        && left.Excludes.SequenceEqual(right.Excludes)
        && HaveSame(left.Paths, right.Paths) && HaveSame(left.Tags, right.Tags);

    private static bool HaveSame(IReadOnlyList<string> left, IReadOnlyList<string> right) =>
        left.Count == right.Count && left.ToHashSet().SetEquals(right);
}
