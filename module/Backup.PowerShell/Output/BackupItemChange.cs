using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>A difference between two snapshots.</summary>
public sealed class BackupItemChange
{
    internal BackupItemChange(DiffChange change)
    {
        Path = change.Path;
        Change = change.Kind;
        Modifier = change.Modifier;
        SideIndicator = change.Before is null ? "=>" : change.After is null ? "<=" : "<>";
        LengthBefore = LengthOf(change.Before);
        LengthAfter = LengthOf(change.After);
        Type = (change.After ?? change.Before)?.Type;
    }

    /// <summary>Where; folders end with <c>/</c>.</summary>
    public string Path { get; }

    /// <summary><c>=&gt;</c> only in the newer one, <c>&lt;=</c> only in the older one, <c>&lt;&gt;</c> in both, but different.</summary>
    public string SideIndicator { get; }

    /// <summary>What has changed.</summary>
    public DiffChangeKinds Change { get; }

    /// <summary>The same in restic's letters.</summary>
    public string Modifier { get; }

    /// <summary>What it is.</summary>
    public NodeType? Type { get; }

    /// <summary>Bytes of content before; null for what was no file.</summary>
    public long? LengthBefore { get; }

    /// <summary>Bytes of content now; null for what is no file.</summary>
    public long? LengthAfter { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Modifier} {Path}";

    private static long? LengthOf(Node? node) => node is { Type: NodeType.File } ? (long)node.Size : null;
}
