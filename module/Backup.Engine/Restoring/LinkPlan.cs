using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>A further name of a file.</summary>
/// <param name="Group">The file.</param>
/// <param name="Directory">Where the name goes.</param>
/// <param name="Name">The name.</param>
/// <param name="Length">Bytes of the file.</param>
/// <param name="Metadata">What the file carries.</param>
internal sealed record LinkPlan(HardLinkGroup Group, DirectoryPlan Directory, string Name, long Length, EntryMetadata Metadata);
