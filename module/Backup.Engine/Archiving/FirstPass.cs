namespace Backup.Engine.Archiving;

/// <summary>What the first pass of a hybrid backup has read.</summary>
/// <param name="Tree">The root tree.</param>
/// <param name="Doubtful">Files that changed then or later may have changed after they were read.</param>
internal sealed record FirstPass(BlobId Tree, Timestamp Doubtful);
