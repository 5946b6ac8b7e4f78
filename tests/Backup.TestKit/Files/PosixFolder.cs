using System.Text;
using Backup.Engine;
using Microsoft.Win32.SafeHandles;

namespace Backup.TestKit.Files;

/// <summary>
/// An open folder in which everything is named by bytes and reached without a path, so that names that are no text and
/// trees deeper than a path may be long are nothing special. Names are strings as <see cref="FileName"/> decodes them.
/// </summary>
public sealed class PosixFolder : IDisposable
{
    private readonly SafeFileHandle _handle;

    private PosixFolder(SafeFileHandle handle) => _handle = handle;

    private int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Opens a folder by its path.</summary>
    public static PosixFolder Open(string path) => new(PosixCalls.OpenFolder(PosixCalls.CurrentFolder, Bytes(path)));

    /// <summary>Opens a folder in this one; a symbolic link is refused.</summary>
    public PosixFolder OpenFolder(string name) => new(PosixCalls.OpenFolder(Descriptor, Bytes(name)));

    /// <summary>Creates a folder and opens it.</summary>
    public PosixFolder MakeFolder(string name)
    {
        PosixCalls.Check(PosixCalls.mkdirat(Descriptor, Bytes(name), 0x1ED /* 0755 */), Bytes(name));
        return OpenFolder(name);
    }

    /// <summary>Creates a file with this content.</summary>
    public void WriteFile(string name, ReadOnlySpan<byte> content)
    {
        using SafeFileHandle file = CreateFile(name);
        RandomAccess.Write(file, content, 0);
    }

    /// <summary>Creates an empty file and opens it for writing.</summary>
    public SafeFileHandle CreateFile(string name) => PosixCalls.CreateFile(Descriptor, Bytes(name));

    /// <summary>Opens a file.</summary>
    public SafeFileHandle OpenRead(string name) => PosixCalls.OpenForReading(Descriptor, Bytes(name));

    /// <summary>Opens a file that is there for writing.</summary>
    public SafeFileHandle OpenWrite(string name) => PosixCalls.OpenForWriting(Descriptor, Bytes(name));

    /// <summary>Creates a fifo, a socket, or (as root) a device.</summary>
    public void MakeNode(string name, PosixKind kind, uint major = 0, uint minor = 0)
    {
        ulong device = ((ulong)(major & ~0xFFFu) << 32) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & ~0xFFu) << 12) | (minor & 0xFF);
        PosixCalls.Check(PosixCalls.mknodat(Descriptor, Bytes(name), (uint)kind | 0x1A4 /* 0644 */, device), Bytes(name));
    }

    /// <summary>Creates a symbolic link.</summary>
    public void MakeSymbolicLink(string name, string target) =>
        PosixCalls.Check(PosixCalls.symlinkat(Bytes(target), Descriptor, Bytes(name)), Bytes(name));

    /// <summary>Gives something another name in the same or another folder.</summary>
    public void MakeHardLink(string name, PosixFolder inFolder, string newName) =>
        PosixCalls.Check(PosixCalls.linkat(Descriptor, Bytes(name), inFolder.Descriptor, Bytes(newName), 0), Bytes(newName));

    /// <summary>Sets the permissions, with setuid, setgid and sticky.</summary>
    public void SetMode(string name, int mode) =>
        PosixCalls.Check(PosixCalls.fchmodat(Descriptor, Bytes(name), (uint)mode, 0), Bytes(name));

    /// <summary>Sets owner and group, of a symbolic link itself, too.</summary>
    public void SetOwner(string name, uint owner, uint group) =>
        PosixCalls.Check(PosixCalls.fchownat(Descriptor, Bytes(name), owner, group, PosixCalls.NoFollow), Bytes(name));

    /// <summary>Sets the times of modification and access, of a symbolic link itself, too.</summary>
    public void SetModTime(string name, long seconds, uint nanoseconds) =>
        PosixCalls.Check(
            PosixCalls.utimensat(Descriptor, Bytes(name), [seconds, nanoseconds, seconds, nanoseconds], PosixCalls.NoFollow),
            Bytes(name));

    /// <summary>Sets an extended attribute, of a symbolic link itself, too.</summary>
    /// <exception cref="IOException">The file system or the rights don't allow it.</exception>
    public void SetAttribute(string name, string attribute, byte[] value) =>
        PosixCalls.Check(PosixCalls.lsetxattr(PathOf(name), Bytes(attribute), value, value.Length, 0), Bytes(name));

    /// <summary>Removes a file, or an empty folder.</summary>
    public void Delete(string name, bool isFolder = false) =>
        PosixCalls.Check(PosixCalls.unlinkat(Descriptor, Bytes(name), isFolder ? PosixCalls.RemoveFolder : 0), Bytes(name));

    /// <summary>Renames something within the folder.</summary>
    public void Rename(string name, string newName) =>
        PosixCalls.Check(PosixCalls.renameat(Descriptor, Bytes(name), Descriptor, Bytes(newName)), Bytes(name));

    /// <summary>What the system says of something, of a symbolic link itself.</summary>
    public PosixStat Stat(string name) => PosixCalls.Stat(Descriptor, Bytes(name));

    /// <summary>Where a symbolic link leads.</summary>
    public string ReadLink(string name)
    {
        byte[] target = new byte[4096];
        nint length = PosixCalls.readlinkat(Descriptor, Bytes(name), target, target.Length);
        PosixCalls.Check(length, Bytes(name));
        return FileName.Decode(target.AsSpan(0, (int)length));
    }

    /// <summary>The extended attributes, of a symbolic link itself; none where the file system has none.</summary>
    public SortedDictionary<string, byte[]> ReadAttributes(string name)
    {
        var attributes = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        byte[] path = PathOf(name);
        nint size = PosixCalls.llistxattr(path, null, 0);
        if (size <= 0)
        {
            return attributes;
        }

        byte[] list = new byte[size];
        size = PosixCalls.llistxattr(path, list, list.Length);
        PosixCalls.Check(size, Bytes(name));
        foreach (string attribute in Encoding.UTF8.GetString(list, 0, (int)size).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] value = new byte[65_536];
            nint length = PosixCalls.lgetxattr(path, Bytes(attribute), value, value.Length);
            PosixCalls.Check(length, Bytes(name));
            attributes[attribute] = value[..(int)length];
        }

        return attributes;
    }

    /// <summary>All names in it, ordered by their bytes.</summary>
    public IReadOnlyList<string> Names()
    {
        var names = new List<string>();
        byte[] buffer = new byte[64 * 1024];
        PosixCalls.Check(PosixCalls.lseek(Descriptor, 0, 0), []);
        nint filled;
        while ((filled = PosixCalls.getdents64(Descriptor, buffer, buffer.Length)) > 0)
        {
            for (int at = 0; at < filled; at += BitConverter.ToUInt16(buffer, at + 16))
            {
                ReadOnlySpan<byte> name = buffer.AsSpan(at + 19);
                names.Add(FileName.Decode(name[..name.IndexOf((byte)0)]));
            }
        }

        PosixCalls.Check(filled, []);
        names.RemoveAll(name => name is "." or "..");
        names.Sort(FileName.Comparer);
        return names;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static byte[] Bytes(string name) => [.. FileName.Encode(name), 0];

    /// <summary>A path that leads through the open folder: extended attributes of links can't be reached otherwise.</summary>
    private byte[] PathOf(string name) => [.. Encoding.UTF8.GetBytes($"/proc/self/fd/{Descriptor}/"), .. Bytes(name)];
}
