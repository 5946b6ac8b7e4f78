namespace Backup.Engine.Archiving;

/// <summary>Tells whether a file or a node differs from what the parent snapshot has.</summary>
internal static class NodeChanges
{
    /// <summary>Whether a file has to be read again.</summary>
    /// <param name="now">As it is now.</param>
    /// <param name="before">As it was when it was read.</param>
    /// <param name="doubtful">
    /// Times from here on are no proof: the file may have changed after it was read, within one tick of its clock.
    /// </param>
    /// <param name="options">What is to be compared.</param>
    /// <remarks>restic's rules: type, size, modification time, change time and inode.</remarks>
    public static bool MustRead(Node now, Node? before, Timestamp doubtful, BackupOptions options)
    {
        if (before is null
            || now.ModTime >= doubtful
            || now.ChangeTime >= doubtful
            || before.Type != NodeType.File
            || before.Content is null
            || before.Size != now.Size
            || !before.ModTime.IsSameInstant(now.ModTime))
        {
            return true;
        }

        // Where inodes can't be relied on (FUSE), change times can't either.
        return (!options.IgnoreChangeTime && !options.IgnoreInode && !before.ChangeTime.IsSameInstant(now.ChangeTime))
            || (!options.IgnoreInode && before.Inode != now.Inode);
    }

    /// <summary>What to call a node that is done, compared with the parent's.</summary>
    public static BackupItemAction Classify(Node now, Node? before)
    {
        if (before is null || before.Type != now.Type)
        {
            return BackupItemAction.New;
        }

        return AreEqual(now, before) ? BackupItemAction.Unchanged : BackupItemAction.Changed;
    }

    private static bool AreEqual(Node a, Node b) =>
        a.Mode == b.Mode
        && a.ModTime.IsSameInstant(b.ModTime)
        && a.AccessTime.IsSameInstant(b.AccessTime)
        && a.ChangeTime.IsSameInstant(b.ChangeTime)
        && a.Uid == b.Uid
        && a.Gid == b.Gid
        && a.User == b.User
        && a.Group == b.Group
        && a.Inode == b.Inode
        && a.DeviceId == b.DeviceId
        && a.Size == b.Size
        && a.Links == b.Links
        && a.LinkTarget == b.LinkTarget
        && a.Device == b.Device
        && a.Subtree == b.Subtree
        && a.Error == b.Error
        && HaveEqualContent(a, b)
        && HaveEqualAttributes(a, b);

    private static bool HaveEqualContent(Node a, Node b) =>
        ReferenceEquals(a.Content, b.Content)
        || (a.Content is not null && b.Content is not null && a.Content.SequenceEqual(b.Content));

    private static bool HaveEqualAttributes(Node a, Node b)
    {
        if (a.ExtendedAttributes.Count != b.ExtendedAttributes.Count
            || (a.GenericAttributes?.Count ?? 0) != (b.GenericAttributes?.Count ?? 0))
        {
            return false;
        }

        for (int i = 0; i < a.ExtendedAttributes.Count; i++)
        {
            if (a.ExtendedAttributes[i].Name != b.ExtendedAttributes[i].Name
                || !a.ExtendedAttributes[i].Value.Span.SequenceEqual(b.ExtendedAttributes[i].Value.Span))
            {
                return false;
            }
        }

        return a.GenericAttributes is null || a.GenericAttributes.All(pair =>
            b.GenericAttributes!.TryGetValue(pair.Key, out ReadOnlyMemory<byte> value) // counts are equal, so not null
            && value.Span.SequenceEqual(pair.Value.Span));
    }
}
