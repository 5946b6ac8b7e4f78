namespace Backup.Engine.Maintenance;

/// <summary>What has become of a tree.</summary>
/// <param name="Tree">Its new id, or its old one if nothing was left out; null: nothing of it was chosen.</param>
/// <param name="Files">How many files are in it and below.</param>
/// <param name="Bytes">How many bytes they have.</param>
internal readonly record struct RewrittenTree(BlobId? Tree, ulong Files, ulong Bytes);
