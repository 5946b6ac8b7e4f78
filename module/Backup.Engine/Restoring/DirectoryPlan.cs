using System.Text;
using Backup.Engine.Restoring.Targets;
using Backup.Engine.Sources;

namespace Backup.Engine.Restoring;

/// <summary>A directory that a restore goes through. Its handle is opened and closed by <see cref="DirectoryCache"/>.</summary>
internal sealed class DirectoryPlan
{
    /// <summary>The target itself.</summary>
    public DirectoryPlan()
    {
        Name = "";
        State = DirectoryState.Existing;
    }

    /// <summary>A directory in another one.</summary>
    public DirectoryPlan(DirectoryPlan parent, string name)
    {
        Parent = parent;
        Name = name;
    }

    /// <summary>Where it is; null for the target itself.</summary>
    public DirectoryPlan? Parent { get; }

    /// <summary>Its name there.</summary>
    public string Name { get; }

    /// <summary>Its node in the snapshot; null for the target itself, which keeps what it carries.</summary>
    public Node? Node { get; init; }

    /// <summary>Its tree in the snapshot.</summary>
    public BlobId Tree { get; init; }

    /// <summary>What the patterns say of its entries.</summary>
    public FilterPosition Filter { get; init; }

    /// <summary>How far it is.</summary>
    public DirectoryState State { get; set; }

    /// <summary>Whether its metadata are to be set in the end.</summary>
    public bool SetsMetadata { get; set; }

    /// <summary>The mode to give back to a directory that keeps its metadata but had to be opened up; null: none.</summary>
    public uint? ModeBefore { get; set; }

    /// <summary>Whether the snapshot's list of its entries can't be trusted: nothing is deleted in it then.</summary>
    public bool IsDoubtful { get; set; }

    /// <summary>Its open handle. Only <see cref="DirectoryCache"/> touches this and the following ones.</summary>
    public TargetDirectory? Handle { get; set; }

    /// <summary>How many use the handle at the moment.</summary>
    public int Users { get; set; }

    /// <summary>Its place among the handles that nobody uses.</summary>
    public LinkedListNode<DirectoryPlan>? Idle { get; set; }

    /// <summary>The path below the target of an entry, beginning with <c>/</c>.</summary>
    public string PathOf(string name)
    {
        var names = new Stack<string>();
        for (DirectoryPlan? directory = this; directory?.Parent is not null; directory = directory.Parent)
        {
            names.Push(directory.Name);
        }

        var path = new StringBuilder();
        foreach (string part in names)
        {
            path.Append('/').Append(part);
        }

        return path.Append('/').Append(name).ToString();
    }

    /// <summary>The path below the target.</summary>
    public override string ToString() => Parent is null ? "/" : Parent.PathOf(Name);
}
