using Backup.Engine.Repositories;

namespace Backup.Engine.Browsing;

/// <summary>Decides what a search finds while a snapshot is walked.</summary>
internal interface IItemSearch
{
    /// <summary>What is found in the root itself.</summary>
    IEnumerable<FindMatch> MatchRoot(Snapshot snapshot);

    /// <summary>What is found in an entry.</summary>
    IEnumerable<FindMatch> Match(Snapshot snapshot, TreeEntry entry);

    /// <summary>Prepares for the entries of a folder; false if nothing can be found in there.</summary>
    bool Enter(TreeEntry folder);

    /// <summary>
    /// Whether what is found in a folder at this depth depends on the folder's tree alone: then a tree in which nothing
    /// was found need not be read again.
    /// </summary>
    bool DependsOnTreeAlone(int depth);
}
