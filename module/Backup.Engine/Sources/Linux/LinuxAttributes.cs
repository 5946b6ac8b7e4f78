using System.Runtime.InteropServices;
using Backup.Engine.Buffers;

namespace Backup.Engine.Sources.Linux;

/// <summary>
/// Extended attributes of entries, by their names in an open directory. Linux has calls for that since 6.13; before, the
/// way leads through <c>/proc</c>, or the whole path.
/// </summary>
internal sealed unsafe class LinuxAttributes
{
    private const int MaxLength = 65536; // of a list or a value: XATTR_LIST_MAX, XATTR_SIZE_MAX
    private const int UsualListLength = 1024;

    private readonly bool _hasCalls;
    private readonly bool _hasProc;

    /// <summary>Finds out which way there is.</summary>
    /// <param name="allowCalls">False to do without the new calls, for tests.</param>
    /// <param name="allowProc">False to do without <c>/proc</c>, for tests.</param>
    public LinuxAttributes(bool allowCalls = true, bool allowProc = true)
    {
        byte list;
        fixed (byte* root = "/"u8)
        {
            // Sandboxes that don't know the call answer EPERM.
            _hasCalls = allowCalls
                && (LinuxCalls.ListAttributesAt(LinuxCalls.CurrentDirectory, root, LinuxCalls.NoFollow, &list, 0) >= 0
                    || Marshal.GetLastPInvokeError() is not (LinuxError.NoSystemCall or LinuxError.NotPermitted));
        }

        _hasProc = allowProc && Directory.Exists("/proc/self/fd");
    }

    /// <summary>The attributes of an entry. Links are not followed.</summary>
    /// <param name="directory">The open directory, or <see cref="LinuxCalls.CurrentDirectory"/>.</param>
    /// <param name="directoryPath">Its path.</param>
    /// <param name="name">The entry's name, zero-terminated.</param>
    /// <param name="problem">What could not be read; null as a rule.</param>
    /// <exception cref="FileNotFoundException">The entry has vanished.</exception>
    public ExtendedAttribute[] Read(int directory, string directoryPath, byte* name, out Exception? problem)
    {
        if (_hasCalls)
        {
            return Read(new Target(directory, name), out problem);
        }

        if (directory == LinuxCalls.CurrentDirectory)
        {
            return Read(new Target(0, name, isPath: true), out problem);
        }

        ReadOnlySpan<byte> nameBytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        byte[] path = [.. FileName.Encode(_hasProc ? $"/proc/self/fd/{directory}/" : directoryPath + "/"), .. nameBytes, 0];
        fixed (byte* start = path)
        {
            return Read(new Target(0, start, isPath: true), out problem);
        }
    }

    /// <summary>The attributes of what is open.</summary>
    public static ExtendedAttribute[] Read(int handle, out Exception? problem) =>
        Read(new Target(handle, null), out problem);

    private static ExtendedAttribute[] Read(Target target, out Exception? problem)
    {
        byte* usual = stackalloc byte[UsualListLength];
        int length = target.List(usual, UsualListLength);
        int error = length < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (length == 0 || error is LinuxError.NotSupported or LinuxError.NoData)
        {
            problem = null; // file systems on the network say it with an error
            return [];
        }

        if (error == 0)
        {
            return ReadValues(target, new ReadOnlySpan<byte>(usual, length), out problem);
        }

        if (error == LinuxError.NoRange)
        {
            using PooledBuffer buffer = PooledBuffer.Rent(MaxLength);
            fixed (byte* list = buffer.Span)
            {
                length = target.List(list, MaxLength);
                error = length < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error == 0)
                {
                    return ReadValues(target, new ReadOnlySpan<byte>(list, length), out problem);
                }
            }
        }

        problem = LinuxError.Create(error, "list", "the extended attributes");
        return problem is FileNotFoundException ? throw problem : [];
    }

    private static ExtendedAttribute[] ReadValues(Target target, ReadOnlySpan<byte> names, out Exception? problem)
    {
        var attributes = new List<ExtendedAttribute>();
        problem = null;
        using PooledBuffer buffer = PooledBuffer.Rent(MaxLength);
        fixed (byte* value = buffer.Span)
        {
            while (!names.IsEmpty)
            {
                int end = names.IndexOf((byte)0);
                end = end < 0 ? names.Length : end;
                string name = FileName.Decode(names[..end]);
                int length;
                fixed (byte* nameStart = names)
                {
                    length = target.Get(nameStart, value, MaxLength);
                }

                if (length >= 0)
                {
                    attributes.Add(new ExtendedAttribute(name, buffer.Span[..length].ToArray()));
                }
                else if (Marshal.GetLastPInvokeError() != LinuxError.NoData) // it was removed just now
                {
                    problem = LinuxError.Last("read", $"the extended attribute {name}");
                }

                names = end == names.Length ? [] : names[(end + 1)..];
            }
        }

        return [.. attributes];
    }

    private readonly struct Target(int directory, byte* name, bool isPath = false)
    {
        private readonly byte* _name = name; // null where what is open is meant

        public int List(byte* list, int length) =>
            _name is null ? (int)LinuxCalls.ListAttributesOfHandle(directory, list, length)
            : isPath ? (int)LinuxCalls.ListAttributes(_name, list, length)
            : LinuxCalls.ListAttributesAt(directory, _name, LinuxCalls.NoFollow, list, length);

        public int Get(byte* attribute, byte* value, int length) =>
            _name is null ? (int)LinuxCalls.GetAttributeOfHandle(directory, attribute, value, length)
            : isPath ? (int)LinuxCalls.GetAttribute(_name, attribute, value, length)
            : LinuxCalls.GetAttributeAt(directory, _name, LinuxCalls.NoFollow, attribute, value, length);
    }
}
