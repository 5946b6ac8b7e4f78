namespace Backup.Engine.Archiving;

/// <summary>One path as earlier snapshots have it.</summary>
/// <param name="All">Its nodes, best first.</param>
/// <param name="Before">The one of the parent, which says what has changed; null if the parent lacks it.</param>
internal readonly record struct EarlierNodes(IReadOnlyList<Node> All, Node? Before);
