namespace Backup.Engine;

/// <summary>What a restore does with what is in its target already. The names are those of restic.</summary>
public enum OverwriteMode
{
    /// <summary>Files end up as in the snapshot. The content of existing ones is compared, only differences are fetched.</summary>
    Always,

    /// <summary>As <see cref="Always"/>, but a file of the same size and modification time counts as equal unread.</summary>
    IfChanged,

    /// <summary>Only replace what was modified before the snapshot's version was; leave the rest untouched.</summary>
    IfNewer,

    /// <summary>Leave everything that exists as it is; only add what is missing.</summary>
    Never,
}
