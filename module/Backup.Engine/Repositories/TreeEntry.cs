namespace Backup.Engine.Repositories;

/// <summary>An entry that a <see cref="TreeWalker"/> comes across.</summary>
/// <param name="Path">Its path: absolute, parts separated by <c>/</c>.</param>
/// <param name="Node">The entry.</param>
/// <param name="ParentTree">The tree that has it.</param>
/// <param name="Depth">How many folders it is in, not counting the one where the walk began.</param>
internal readonly record struct TreeEntry(string Path, Node Node, BlobId ParentTree, int Depth);
