namespace Backup.Engine.Restoring.Targets;

/// <summary>Reads and sets the metadata of what a handle refers to: by handle, so that no path can lead astray.</summary>
internal static unsafe class LinuxMetadata
{
    private const int InitialListLength = 1024;
    private const int MaxListLength = 64 * 1024; // the kernel's own limit

    private static readonly List<string> None = []; // most files have none: saves making a list for each

    /// <summary>What a handle refers to.</summary>
    public static TargetEntry Inspect(LinuxHandle handle)
    {
        byte empty = 0;
        LinuxCalls.FileStatus status;
        return LinuxCalls.Statx(handle, &empty, LinuxCalls.EmptyPath, &status) == 0
            ? ToEntry(status)
            : throw LinuxName.Error("Reading metadata failed");
    }

    /// <summary>What the kernel said of a file.</summary>
    public static TargetEntry ToEntry(in LinuxCalls.FileStatus status) => new(
        (status.Mode & 0xF000) switch
        {
            0x8000 => NodeType.File,
            0x4000 => NodeType.Directory,
            0xA000 => NodeType.Symlink,
            0x6000 => NodeType.BlockDevice,
            0x2000 => NodeType.CharacterDevice,
            0x1000 => NodeType.Fifo,
            0xC000 => NodeType.Socket,
            _ => NodeType.Irregular,
        },
        (long)status.Size,
        new Timestamp(status.ModTime.Seconds, (int)status.ModTime.Nanoseconds, 0),
        (uint)status.Mode & EntryMetadata.ModeBits,
        status.Uid,
        status.Gid,
        status.Links,
        new FileIdentity(((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode));

    /// <summary>Whether a file or directory has all of this already; access times don't count.</summary>
    public static bool IsSet(LinuxHandle handle, in EntryMetadata metadata, Func<string, bool> isChosen)
    {
        if (!metadata.IsThatOf(Inspect(handle)))
        {
            return false;
        }

        foreach (ExtendedAttribute attribute in metadata.Attributes)
        {
            byte[] value = new byte[attribute.Value.Length + 1]; // one more, to notice a longer one
            fixed (byte* name = LinuxName.Encode(attribute.Name, []), valuePointer = value)
            {
                nint length = LinuxCalls.GetAttribute(handle, name, valuePointer, (nuint)value.Length);
                if (length != attribute.Value.Length || !attribute.Value.Span.SequenceEqual(value.AsSpan(0, (int)length)))
                {
                    return false;
                }
            }
        }

        foreach (string name in ListRemovable(handle, isChosen))
        {
            if (!Has(metadata, name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Sets everything on a file or directory, in the order in which one setting does not undo another: a new owner
    /// clears set-user-id bits and capabilities, attributes can't be set on what the mode locks.
    /// </summary>
    public static MetadataTrouble? Set(LinuxHandle handle, in EntryMetadata metadata, Func<string, bool> isChosen)
    {
        MetadataTrouble? trouble = null;
        bool isOwned = SetOwner(handle, metadata, ref trouble);
        SetAttributes(handle, metadata.Attributes, ref trouble);
        RemoveOtherAttributes(handle, metadata, isChosen, ref trouble);
        if (LinuxCalls.SetMode(handle, WithoutForeignRights(metadata.Mode, isOwned, ref trouble)) != 0)
        {
            Fail(ref trouble, "The mode can't be set");
        }

        LinuxCalls.TimeOfFile* times = stackalloc LinuxCalls.TimeOfFile[2];
        FillTimes(metadata, times);
        if (LinuxCalls.SetTimes(handle, times) != 0)
        {
            Fail(ref trouble, "The times can't be set");
        }

        return trouble;
    }

    /// <summary>Set-user-id and set-group-id are left out where the owner is another than the one they were for.</summary>
    public static uint WithoutForeignRights(uint mode, bool isOwned, ref MetadataTrouble? trouble)
    {
        if (isOwned || (mode & EntryMetadata.SetIdBits) == 0)
        {
            return mode;
        }

        MetadataTrouble.Add(
            ref trouble,
            TargetFailure.Denied,
            "Its set-user-id and set-group-id bits are left out, since they were meant for another owner.");
        return mode & ~EntryMetadata.SetIdBits;
    }

    /// <summary>Access and modification time as the kernel takes them.</summary>
    public static void FillTimes(in EntryMetadata metadata, LinuxCalls.TimeOfFile* times)
    {
        times[0] = new LinuxCalls.TimeOfFile(metadata.AccessTime.Seconds, metadata.AccessTime.Nanoseconds);
        times[1] = new LinuxCalls.TimeOfFile(metadata.ModTime.Seconds, metadata.ModTime.Nanoseconds);
    }

    /// <summary>Takes down the last failure.</summary>
    public static void Fail(ref MetadataTrouble? trouble, string what)
    {
        TargetException error = LinuxName.Error(what);
        MetadataTrouble.Add(ref trouble, error.Failure, error.Message);
    }

    private static bool SetOwner(LinuxHandle handle, in EntryMetadata metadata, ref MetadataTrouble? trouble)
    {
        if (LinuxCalls.SetOwner(handle, metadata.Uid, metadata.Gid) == 0)
        {
            return true;
        }

        Fail(ref trouble, $"The owner {metadata.Uid}:{metadata.Gid} can't be set");

        // A user may at least hand his files to another one of his groups.
        if (LinuxName.LastFailure() == TargetFailure.Denied)
        {
            _ = LinuxCalls.SetOwner(handle, uint.MaxValue, metadata.Gid);
        }

        return false;
    }

    private static void SetAttributes(LinuxHandle handle, IReadOnlyList<ExtendedAttribute> attributes, ref MetadataTrouble? trouble)
    {
        for (int i = 0; i < attributes.Count; i++)
        {
            fixed (byte* name = LinuxName.Encode(attributes[i].Name, []), value = attributes[i].Value.Span)
            {
                if (LinuxCalls.SetAttribute(handle, name, value, (nuint)attributes[i].Value.Length, 0) != 0)
                {
                    Fail(ref trouble, $"The attribute {attributes[i].Name} can't be set");
                }
            }
        }
    }

    // What a directory's default access control list has given to a new file, or what the file had before.
    private static void RemoveOtherAttributes(
        LinuxHandle handle, in EntryMetadata metadata, Func<string, bool> isChosen, ref MetadataTrouble? trouble)
    {
        foreach (string attribute in ListRemovable(handle, isChosen))
        {
            if (Has(metadata, attribute))
            {
                continue;
            }

            fixed (byte* name = LinuxName.Encode(attribute, []))
            {
                if (LinuxCalls.RemoveAttribute(handle, name) != 0)
                {
                    Fail(ref trouble, $"The attribute {attribute}, which the snapshot doesn't have, can't be removed");
                }
            }
        }
    }

    private static bool Has(in EntryMetadata metadata, string attribute)
    {
        for (int i = 0; i < metadata.Attributes.Count; i++)
        {
            if (metadata.Attributes[i].Name == attribute)
            {
                return true;
            }
        }

        return false;
    }

    // Labels of security modules belong to the system that gives them, and are left alone.
    private static List<string> ListRemovable(LinuxHandle handle, Func<string, bool> isChosen)
    {
        byte* stack = stackalloc byte[InitialListLength];
        nint length = LinuxCalls.ListAttributes(handle, stack, InitialListLength);
        if (length == 0)
        {
            return None;
        }

        if (length > 0)
        {
            return Parse(new ReadOnlySpan<byte>(stack, (int)length), isChosen);
        }

        byte[] heap = new byte[MaxListLength];
        fixed (byte* pointer = heap)
        {
            length = LinuxCalls.ListAttributes(handle, pointer, MaxListLength);
        }

        return length < 0 ? None : Parse(heap.AsSpan(0, (int)length), isChosen);
    }

    private static List<string> Parse(ReadOnlySpan<byte> list, Func<string, bool> isChosen)
    {
        var names = new List<string>();
        foreach (Range range in list.Split((byte)0))
        {
            if (!list[range].IsEmpty)
            {
                string name = FileName.Decode(list[range]);
                bool isLabel = name.StartsWith("security.", StringComparison.Ordinal) && name != "security.capability";
                if (!isLabel && isChosen(name))
                {
                    names.Add(name);
                }
            }
        }

        return names;
    }
}
