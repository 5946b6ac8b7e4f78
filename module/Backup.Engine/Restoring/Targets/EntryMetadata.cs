namespace Backup.Engine.Restoring.Targets;

/// <summary>What an item of the target is to carry besides its content.</summary>
/// <param name="Mode">Unix permissions with set-user-id, set-group-id and sticky bits.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="ModTime">When its content last changed.</param>
/// <param name="AccessTime">When it was last read.</param>
/// <param name="Attributes">The extended attributes, already chosen.</param>
internal readonly record struct EntryMetadata(
    uint Mode, uint Uid, uint Gid, Timestamp ModTime, Timestamp AccessTime, IReadOnlyList<ExtendedAttribute> Attributes)
{
    /// <summary>Set-user-id and set-group-id: rights that only belong to the owner they were given for.</summary>
    public const uint SetIdBits = 0xC00; // 06000

    /// <summary>All twelve bits of a mode.</summary>
    public const uint ModeBits = 0xFFF; // 07777

    /// <summary>What only Windows knows, if the item comes from there.</summary>
    public WindowsAttributes? Windows { get; init; }

    /// <summary>Whether mode, owner and modification time of an item are these already; attributes aside.</summary>
    public bool IsThatOf(in TargetEntry entry) =>
        entry.Mode == Mode && entry.Uid == Uid && entry.Gid == Gid && entry.ModTime.IsSameInstant(ModTime);
}
