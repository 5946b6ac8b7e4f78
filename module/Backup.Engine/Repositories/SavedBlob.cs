namespace Backup.Engine.Repositories;

/// <summary>What saving a blob came to.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsNew">Whether the repository did not have it.</param>
/// <param name="Length">Bytes of content.</param>
/// <param name="StoredLength">Bytes in the pack, if it is new.</param>
internal readonly record struct SavedBlob(BlobId Id, bool IsNew, int Length, int StoredLength);
