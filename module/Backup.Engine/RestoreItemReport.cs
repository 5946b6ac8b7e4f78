namespace Backup.Engine;

/// <summary>What became of one item of a restore.</summary>
/// <param name="Path">The path below the target, beginning with <c>/</c>.</param>
/// <param name="Action">What became of it.</param>
/// <param name="Type">What it is; null for deleted items.</param>
/// <param name="Size">Bytes of content; 0 for what isn't a file.</param>
public sealed record RestoreItemReport(string Path, RestoreItemAction Action, NodeType? Type, long Size);
