using System.Collections.Concurrent;
using Backup.Engine.Restoring.Targets;
using Backup.Engine.Sources;

namespace Backup.Engine.Restoring;

/// <summary>Makes what an item is to carry out of what its node records, as the options want it. Thread-safe.</summary>
internal sealed class MetadataChooser
{
    private const uint GoSetUid = 1 << 23; // Go's fs.FileMode bits
    private const uint GoSetGid = 1 << 22;
    private const uint GoSticky = 1 << 20;
    private const uint Permissions = 0x1FF;

    private readonly PathFilter _attributes;
    private readonly bool _includes;
    private readonly AccountNames? _accounts;
    private readonly RestoreLog _log;
    private readonly ConcurrentDictionary<string, bool> _chosen = new();

    /// <summary>A chooser by the options of a restore.</summary>
    /// <exception cref="ArgumentException">Patterns are malformed, or there are includes and excludes.</exception>
    public MetadataChooser(RestoreOptions options, RestoreLog log)
    {
        if (options.IncludeAttributes.Count > 0 && options.ExcludeAttributes.Count > 0)
        {
            throw new ArgumentException(
                "Attributes to include and attributes to exclude can't be combined. Use one or the other.", nameof(options));
        }

        _includes = options.IncludeAttributes.Count > 0;
        _attributes = PathFilter.Create(_includes ? options.IncludeAttributes : options.ExcludeAttributes);
        _accounts = options.OwnershipByName ? new AccountNames() : null;
        _log = log;
    }

    /// <summary>Whether an extended attribute is restored, or removed where the snapshot doesn't have it.</summary>
    public bool Chooses(string attribute)
    {
        if (_attributes.IsEmpty)
        {
            return true;
        }

        // A forged repository has no end of names.
        return _chosen.TryGetValue(attribute, out bool chosen) ? chosen
            : _chosen.Count >= 1000 ? _attributes.IsMatch(attribute) == _includes
            : _chosen.GetOrAdd(attribute, name => _attributes.IsMatch(name) == _includes);
    }

    /// <summary>What an item is to carry.</summary>
    /// <param name="node">The item.</param>
    /// <param name="directory">Where it is, for notes.</param>
    public EntryMetadata Choose(Node node, DirectoryPlan directory)
    {
        if (node.GenericAttributes is { Count: > 0 } generic)
        {
            foreach (string name in generic.Keys.Where(name => !OperatingSystem.IsWindows() || !WindowsAttributes.Knows(name)))
            {
                _log.NoteOnce(
                    directory,
                    node.Name,
                    RestoreIssueKind.MetadataIncomplete,
                    $"Attributes «{Printable(name)}» belong to another operating system and are left out, here and elsewhere.");
            }
        }

        return new EntryMetadata(
            (node.Mode & Permissions)
                | ((node.Mode & GoSetUid) != 0 ? 0x800u : 0)
                | ((node.Mode & GoSetGid) != 0 ? 0x400u : 0)
                | ((node.Mode & GoSticky) != 0 ? 0x200u : 0),
            _accounts is null ? node.Uid : FindId(_accounts, node.User, node.Uid, isGroup: false, node, directory),
            _accounts is null ? node.Gid : FindId(_accounts, node.Group, node.Gid, isGroup: true, node, directory),
            node.ModTime,
            node.AccessTime,
            ChooseAttributes(node.ExtendedAttributes))
        {
            Windows = OperatingSystem.IsWindows() && node.GenericAttributes is { Count: > 0 } windows ? WindowsAttributes.Parse(windows) : null,
        };
    }

    private static string Printable(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private uint FindId(
        AccountNames accounts, string name, uint id, bool isGroup, Node node, DirectoryPlan directory)
    {
        if (name.Length == 0)
        {
            return id;
        }

        if (accounts.Find(name, isGroup) is { } found)
        {
            return found;
        }

        string kind = isGroup ? "group" : "user";
        _log.NoteOnce(
            directory,
            node.Name,
            RestoreIssueKind.MetadataIncomplete,
            $"There is no {kind} «{Printable(name)}» here: what belongs to it is given to the {kind} id that the snapshot records.");
        return id;
    }

    private IReadOnlyList<ExtendedAttribute> ChooseAttributes(IReadOnlyList<ExtendedAttribute> attributes)
    {
        for (int i = 0; i < attributes.Count; i++)
        {
            if (!IsUsable(attributes[i]))
            {
                return attributes.Where(IsUsable).ToArray();
            }
        }

        return attributes;
    }

    private bool IsUsable(ExtendedAttribute attribute) =>
        attribute.Name.Length > 0 && !attribute.Name.Contains('\0') && Chooses(attribute.Name);
}
