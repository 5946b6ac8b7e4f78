namespace Backup.Engine.Sources;

/// <summary>
/// Decides where targets stand in the snapshot. Absolute ones keep all their directories; relative ones begin with their
/// first part that isn't <c>..</c>, and get another name (<c>-1</c> …) where two roots have it. A target below another one
/// makes its directories single targets, so that each entry is there once.
/// </summary>
/// <remarks>As restic's <c>newTree</c>, so that both put the same files at the same paths.</remarks>
internal sealed class TargetTree
{
    private readonly IFileSystem _fileSystem;
    private readonly PathSyntax _syntax;
    private readonly string _workingDirectory;

    private TargetTree(IFileSystem fileSystem, string workingDirectory)
    {
        _fileSystem = fileSystem;
        _syntax = fileSystem.Syntax;
        _workingDirectory = workingDirectory;
    }

    /// <summary>
    /// The root of the snapshot, for targets as they were given. If there is one, and it has no name in the snapshot, the root is
    /// that directory.
    /// </summary>
    /// <exception cref="IOException">A directory whose entries are needed can't be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be listed.</exception>
    public static TargetNode Build(IFileSystem fileSystem, string workingDirectory, IEnumerable<string> targets)
    {
        var tree = new TargetTree(fileSystem, workingDirectory);
        string[] given = [.. targets];
        if (given.Length == 1 && !tree.HasName(tree.Clean(given[0])))
        {
            return new TargetNode { Path = tree.Absolute(tree.Clean(given[0])) };
        }

        var root = new TargetNode();
        var seen = new HashSet<string>();
        foreach ((string target, bool isExplicit) in tree.Resolve(given))
        {
            if (seen.Add(target))
            {
                tree.Add(root, target, isExplicit);
            }
        }

        tree.Unroll(root);
        return root;
    }

    // A target such as «.» or «/» has no name in the snapshot: its entries take its place.
    private IEnumerable<(string Target, bool IsExplicit)> Resolve(IEnumerable<string> targets)
    {
        foreach (string given in targets)
        {
            string target = Clean(given);
            if (HasName(target))
            {
                yield return (target, true);
                continue;
            }

            using DirectoryReader directory = _fileSystem.OpenDirectory(Absolute(target), followLinks: false);
            for (int i = 0; i < directory.Names.Count; i++)
            {
                yield return (_syntax.Join(target, FileName.Decode(directory.Names[i])), false);
            }
        }
    }

    private string Clean(string given)
    {
        string volume = _syntax.Volume(given);
        return volume.Length > 0 && volume.Length == given.Length ? given + _syntax.Separator : _syntax.Clean(given);
    }

    private bool HasName(string target) => _syntax.PartsInSnapshot(target, out _).Count > 0;

    private void Add(TargetNode snapshotRoot, string target, bool isExplicit)
    {
        List<string> parts = _syntax.PartsInSnapshot(target, out bool startsWithVolume);
        string root = RootOf(target);
        TargetNode node = FindTop(snapshotRoot, parts[0], root);
        if (parts.Count == 1)
        {
            SetTarget(node, target, isExplicit);
            return;
        }

        string path = startsWithVolume ? root : _syntax.Join(root, parts[0]);
        node.MetadataPath = Absolute(path);
        for (int i = 1; i < parts.Count; i++)
        {
            if (!node.Children.TryGetValue(parts[i], out TargetNode? child))
            {
                child = new TargetNode();
                node.Children.Add(parts[i], child);
            }

            node = child;
            path = _syntax.Join(path, parts[i]);
            if (i < parts.Count - 1)
            {
                node.MetadataPath = Absolute(path);
            }
        }

        SetTarget(node, target, isExplicit);
    }

    private static TargetNode FindTop(TargetNode snapshotRoot, string firstPart, string root)
    {
        string name = firstPart;
        for (int i = 1; snapshotRoot.Children.TryGetValue(name, out TargetNode? other); i++)
        {
            if (other.Root == root)
            {
                return other;
            }

            name = $"{firstPart}-{i}";
        }

        var node = new TargetNode { Root = root };
        snapshotRoot.Children.Add(name, node);
        return node;
    }

    private void SetTarget(TargetNode node, string target, bool isExplicit)
    {
        node.Path = Absolute(target);
        node.IsExplicit = isExplicit;
    }

    private void Unroll(TargetNode node)
    {
        if (node.Path is { } path && node.Children.Count > 0)
        {
            using DirectoryReader directory = _fileSystem.OpenDirectory(path, followLinks: true);
            for (int i = 0; i < directory.Names.Count; i++)
            {
                string name = FileName.Decode(directory.Names[i]);
                if (!node.Children.TryGetValue(name, out TargetNode? child))
                {
                    child = new TargetNode();
                    node.Children.Add(name, child);
                }

                child.Path ??= _syntax.Join(path, name);
            }

            node.Path = null;
            node.IsExplicit = false;
            node.IsComplete = true;
        }

        foreach (TargetNode child in node.Children.Values)
        {
            Unroll(child);
        }
    }

    private string RootOf(string target)
    {
        if (_syntax.IsAbsolute(target))
        {
            return _syntax.Join(_syntax.Volume(target), _syntax.Separator.ToString());
        }

        string root = ".";
        for (int i = _syntax.CountParents(target); i > 0; i--)
        {
            root = _syntax.Join(root, "..");
        }

        return root;
    }

    private string Absolute(string path) => _syntax.MakeAbsolute(_workingDirectory, path);
}
