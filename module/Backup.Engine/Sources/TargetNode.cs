namespace Backup.Engine.Sources;

/// <summary>A place in a snapshot that targets lead to: a target itself, or a directory above one.</summary>
internal sealed class TargetNode
{
    /// <summary>What is at this place; null for a directory that only holds others. The root may be a directory itself.</summary>
    public string? Path { get; set; }

    /// <summary>Where the metadata of a directory comes from that only holds others.</summary>
    public string MetadataPath { get; set; } = "";

    /// <summary>What the target is relative to: tells apart targets that begin with the same name.</summary>
    public string Root { get; init; } = "";

    /// <summary>Whether the path was asked for as it is.</summary>
    public bool IsExplicit { get; set; }

    /// <summary>Whether all entries of the directory are among <see cref="Children"/>.</summary>
    public bool IsComplete { get; set; }

    /// <summary>What is below, by name.</summary>
    public Dictionary<string, TargetNode> Children { get; } = [];
}
