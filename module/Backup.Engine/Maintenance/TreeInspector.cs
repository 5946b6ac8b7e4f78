using Backup.Engine.Indexing;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance;

/// <summary>Looks for entries of trees that make no sense, and for data that is missing.</summary>
/// <param name="index">Knows which blobs there are.</param>
/// <param name="used">Takes all blobs that files need.</param>
/// <param name="log">Takes what is found.</param>
internal sealed class TreeInspector(BlobIndex index, BlobSet used, CheckLog log)
{
    /// <summary>Inspects a tree's entries.</summary>
    public void Inspect(TreeVisit visit, List<Node> nodes)
    {
        string? last = null;
        foreach (Node node in nodes)
        {
            if (FindFault(node, last) is string fault)
            {
                log.Add(Problem(CheckProblemKind.NodeInvalid, visit, node, fault));
            }

            if (node.Type == NodeType.File)
            {
                InspectContent(visit, node);
            }

            last = node.Name;
        }
    }

    /// <summary>Reports a tree that can't be read.</summary>
    public void ReportUnreadable(TreeVisit visit, BackupException error)
    {
        bool isKnown = index.TryFind(BlobType.Tree, visit.Tree, out PackedBlobLocation location);
        bool isTooDeep = visit.Depth >= TreePath.MaxDepth;
        log.Add(new CheckProblem
        {
            Kind = isTooDeep ? CheckProblemKind.TreeTooDeep
                : isKnown ? CheckProblemKind.TreeUnreadable
                : CheckProblemKind.TreeMissing,
            Severity = CheckSeverity.Error,
            File = isKnown && !isTooDeep ? new FileHandle(FileKind.Pack, location.Pack.Hash) : null,
            Blob = visit.Tree,
            BlobType = BlobType.Tree,
            Path = $"{visit.Snapshot.ToShortString()}:{visit.Path}",
            Message = isKnown || isTooDeep
                ? $"The tree {visit.Tree} can't be read. {error.Message}"
                : $"The tree {visit.Tree} is in no index.",
        });
    }

    private static string? FindFault(Node node, string? last) =>
        node.Name.Length == 0 ? "has no name"
        : !TreePath.IsSafeName(node.Name) ? "has a name that would lead elsewhere"
        : last is not null && FileName.Compare(last, node.Name) >= 0 ? $"must not follow «{last}»: entries are ordered, and each name is there once"
        : node.Type switch
        {
            NodeType.File when node.Content is null => "is a file without a list of its blobs",
            NodeType.Directory when node.Subtree is null => "is a folder without a tree",
            NodeType.Directory when node.Subtree.Value.Hash.IsZero => "is a folder whose tree has no id",
            NodeType.Irregular => "is of no known type",
            _ => null,
        };

    private void InspectContent(TreeVisit visit, Node node)
    {
        foreach (BlobId id in node.Content ?? [])
        {
            if (id.Hash.IsZero)
            {
                log.Add(Problem(CheckProblemKind.NodeInvalid, visit, node, "has a blob without an id"));
            }
            else if (used.Add(BlobType.Data, id) && !index.Contains(BlobType.Data, id))
            {
                log.Add(Problem(CheckProblemKind.BlobMissing, visit, node, $"needs the blob {id}, which is in no index") with
                {
                    Blob = id,
                    BlobType = BlobType.Data,
                });
            }
        }
    }

    private static CheckProblem Problem(CheckProblemKind kind, TreeVisit visit, Node node, string what) => new()
    {
        Kind = kind,
        Severity = CheckSeverity.Error,
        Blob = visit.Tree,
        BlobType = BlobType.Tree,
        Path = $"{visit.Snapshot.ToShortString()}:{TreePath.Combine(visit.Path, node.Name)}",
        Message = $"The entry «{node.Name}» of the tree {visit.Tree} {what}.",
    };
}
