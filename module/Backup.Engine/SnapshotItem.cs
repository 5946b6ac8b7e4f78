namespace Backup.Engine;

/// <summary>An entry of a snapshot.</summary>
/// <param name="Path">
/// The path in the snapshot: absolute, parts separated by <c>/</c>. Names are as the repository has them, so front-ends
/// escape what a terminal would interpret.
/// </param>
/// <param name="Node">Name, metadata and content.</param>
public sealed record SnapshotItem(string Path, Node Node);
