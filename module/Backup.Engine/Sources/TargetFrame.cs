namespace Backup.Engine.Sources;

/// <summary>A directory above targets: its entries are those that lead to them.</summary>
internal sealed class TargetFrame : WalkFrame
{
    private readonly KeyValuePair<string, TargetNode>[] _targets;
    private int _index = -1;

    /// <summary>Takes the targets in the order of their names.</summary>
    public TargetFrame(string path, TargetNode node)
        : base(path) => _targets = [.. node.Children.OrderBy(child => child.Key, FileName.Comparer)];

    /// <summary>The entry.</summary>
    public KeyValuePair<string, TargetNode> Current => _targets[_index];

    /// <inheritdoc/>
    public override bool MoveNext() => ++_index < _targets.Length;

    /// <inheritdoc/>
    public override void Abandon() => _index = _targets.Length;
}
