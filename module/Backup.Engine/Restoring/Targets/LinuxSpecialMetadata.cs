namespace Backup.Engine.Restoring.Targets;

/// <summary>
/// Sets the metadata of links, devices and pipes, which can't be opened as files are: through a handle that only stands for
/// them (<c>O_PATH</c>), by its name below <c>/proc/self/fd</c> where a call takes no handle.
/// </summary>
internal static unsafe class LinuxSpecialMetadata
{
    /// <summary>Sets everything.</summary>
    /// <param name="item">Stands for the item.</param>
    /// <param name="directory">Where it is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="type">What it is.</param>
    /// <param name="metadata">What it should carry.</param>
    /// <returns>What could not be set; null if there is nothing.</returns>
    public static MetadataTrouble? Set(
        LinuxHandle item, LinuxHandle directory, string name, NodeType type, in EntryMetadata metadata)
    {
        MetadataTrouble? trouble = null;
        byte empty = 0;
        bool isOwned = LinuxCalls.SetOwnerAt(item, &empty, metadata.Uid, metadata.Gid, LinuxCalls.EmptyPath) == 0;
        if (!isOwned)
        {
            LinuxMetadata.Fail(ref trouble, $"The owner {metadata.Uid}:{metadata.Gid} can't be set");
        }

        SetAttributes(item, directory, name, type, metadata, ref trouble);
        if (type != NodeType.Symlink) // a link's mode means nothing, and can't be set
        {
            fixed (byte* path = LinuxName.Encode(PathOf(item), []))
            {
                if (LinuxCalls.SetModeOf(path, LinuxMetadata.WithoutForeignRights(metadata.Mode, isOwned, ref trouble)) != 0)
                {
                    LinuxMetadata.Fail(ref trouble, "The mode can't be set");
                }
            }
        }

        LinuxCalls.TimeOfFile* times = stackalloc LinuxCalls.TimeOfFile[2];
        LinuxMetadata.FillTimes(metadata, times);
        fixed (byte* path = LinuxName.Encode(name, stackalloc byte[LinuxName.Room]))
        {
            if (LinuxCalls.SetTimesAt(directory, path, times, LinuxCalls.SymlinkNoFollow) != 0)
            {
                LinuxMetadata.Fail(ref trouble, "The times can't be set");
            }
        }

        return trouble;
    }

    /// <summary>A path that leads to what a handle stands for, and cannot be led elsewhere.</summary>
    public static string PathOf(LinuxHandle handle) => $"/proc/self/fd/{handle.Number}";

    // Of a link the attributes are set by its name in its directory, without following it.
    private static void SetAttributes(
        LinuxHandle item, LinuxHandle directory, string name, NodeType type, in EntryMetadata metadata, ref MetadataTrouble? trouble)
    {
        if (metadata.Attributes.Count == 0)
        {
            return;
        }

        bool isLink = type == NodeType.Symlink;
        string place = isLink ? $"{PathOf(directory)}/{name}" : PathOf(item);
        for (int i = 0; i < metadata.Attributes.Count; i++)
        {
            ExtendedAttribute attribute = metadata.Attributes[i];
            fixed (byte* path = LinuxName.Encode(place, []), key = LinuxName.Encode(attribute.Name, []), value = attribute.Value.Span)
            {
                nuint length = (nuint)attribute.Value.Length;
                int result = isLink
                    ? LinuxCalls.SetAttributeOfLink(path, key, value, length, 0)
                    : LinuxCalls.SetAttributeOf(path, key, value, length, 0);
                if (result != 0)
                {
                    LinuxMetadata.Fail(ref trouble, $"The attribute {attribute.Name} can't be set");
                }
            }
        }
    }
}
