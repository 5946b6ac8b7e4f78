using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>The names of one file, of which the first one that is restored has the content.</summary>
/// <param name="directory">Where the first name is.</param>
/// <param name="name">The first name.</param>
internal sealed class HardLinkGroup(DirectoryPlan directory, string name)
{
    /// <summary>Where the first name is.</summary>
    public DirectoryPlan Directory { get; } = directory;

    /// <summary>The first name.</summary>
    public string Name { get; } = name;

    /// <summary>What the others should have, too.</summary>
    public required IReadOnlyList<BlobId> Content { get; init; }

    /// <summary>Whether the first one is in place.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The first one's identity, by which it is recognized; null where the system can't tell.</summary>
    public FileIdentity? Identity { get; private set; }

    /// <summary>Says that the first one is in place.</summary>
    public void Complete(FileIdentity? identity)
    {
        Identity = identity;
        IsComplete = true;
    }

    /// <summary>The first name's path below the target.</summary>
    public override string ToString() => Directory.PathOf(Name);
}
