using Backup.Engine.Buffers;
using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>What a dump writes next: an item begins, or a blob of its content follows.</summary>
/// <param name="Entry">The item; null for a blob.</param>
/// <param name="ContentLength">Bytes of the item's content.</param>
/// <param name="Blob">The blob, which is being loaded; null for an item, and for the same blob once more.</param>
internal sealed record DumpStep(TreeEntry? Entry, long ContentLength = 0, Task<PooledBuffer>? Blob = null);
