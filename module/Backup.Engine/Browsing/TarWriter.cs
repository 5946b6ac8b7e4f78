using System.Text;

namespace Backup.Engine.Browsing;

/// <summary>
/// Writes a tar archive in the pax format. Not that of .NET, which knows neither names that are not UTF-8 nor extended
/// attributes with any bytes, and which needs each content as a stream.
/// </summary>
internal sealed class TarWriter(Stream destination) : IArchiveWriter
{
    private static readonly byte[] Zeros = new byte[2 * TarHeader.Length];

    private readonly byte[] _header = new byte[TarHeader.Length];
    private readonly PaxRecords _records = new();

    // Only files with several links are in here.
    private readonly Dictionary<(ulong Device, ulong Inode), (string Name, Node Node)> _links = [];
    private long _rest;
    private int _padding;

    /// <inheritdoc/>
    public async Task<ArchiveItem> BeginAsync(
        string path, Node node, long contentLength, CancellationToken cancellationToken)
    {
        await PadAsync(cancellationToken).ConfigureAwait(false);
        if (node.Type is NodeType.Socket or NodeType.Irregular)
        {
            return new ArchiveItem(false, new SkippedEntry(
                path, SkipReason.MetadataIncomplete, "A tar archive has no place for sockets and the like."));
        }

        string name = path[1..] + (node.Type == NodeType.Directory ? "/" : "");
        string? linkedTo = node.Type == NodeType.File ? FindLink(name, node) : null;
        bool hasContent = node.Type == NodeType.File && linkedTo is null;
        long size = hasContent ? contentLength : 0;

        _records.Clear();
        byte[] nameBytes = FileName.Encode(name);
        byte[] linkBytes = FileName.Encode(linkedTo ?? node.LinkTarget);
        AddTexts(nameBytes, linkBytes, node);
        AddNumbers(node, size);
        int lost = AddAttributes(node);
        if (_records.Length > 0)
        {
            await WriteRecordsAsync(nameBytes, cancellationToken).ConfigureAwait(false);
        }

        new TarHeader(_header, linkedTo is null ? TypeOf(node.Type) : '1')
        {
            Name = nameBytes,
            Mode = UnixMode.PermissionsOf(node.Mode),
            Uid = node.Uid,
            Gid = node.Gid,
            Size = size,
            ModTime = node.ModTime.Seconds,
            LinkName = linkBytes,
            User = node.User,
            Group = node.Group,
            Device = node.Device,
        }.Complete();
        await destination.WriteAsync(_header, cancellationToken).ConfigureAwait(false);
        _rest = size;
        _padding = PaddingOf(size);
        return new ArchiveItem(hasContent, lost == 0 ? null : new SkippedEntry(
            path, SkipReason.MetadataIncomplete, $"{lost} extended attributes can't be in a tar archive."));
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (content.Length > _rest)
        {
            throw new InvalidOperationException($"{content.Length - _rest} bytes more than the header says.");
        }

        await destination.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        _rest -= content.Length;
    }

    /// <inheritdoc/>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await PadAsync(cancellationToken).ConfigureAwait(false);
        await destination.WriteAsync(Zeros, cancellationToken).ConfigureAwait(false);
    }

    private static char TypeOf(NodeType type) => type switch
    {
        NodeType.Symlink => '2',
        NodeType.CharacterDevice => '3',
        NodeType.BlockDevice => '4',
        NodeType.Directory => '5',
        NodeType.Fifo => '6',
        _ => '0',
    };

    private static int PaddingOf(long size) => (int)(-size & (TarHeader.Length - 1));

    /// <summary>The name under which the same file is in the archive already.</summary>
    private string? FindLink(string name, Node node)
    {
        if (node.Links < 2 || node.Inode == 0)
        {
            return null;
        }

        if (_links.TryGetValue((node.DeviceId, node.Inode), out (string Name, Node Node) first))
        {
            // A number that was used again for another file must not make them one.
            return NodeComparer.HaveSameContent(first.Node, node) ? first.Name : null;
        }

        _links.Add((node.DeviceId, node.Inode), (name, node));
        return null;
    }

    private void AddTexts(byte[] name, byte[] link, Node node)
    {
        AddText("path", name, TarHeader.MaxName);
        AddText("linkpath", link, TarHeader.MaxName);
        AddText("uname", Encoding.UTF8.GetBytes(node.User), TarHeader.MaxOwner);
        AddText("gname", Encoding.UTF8.GetBytes(node.Group), TarHeader.MaxOwner);
    }

    // Records are UTF-8. Bytes that are not stay in the old header, as all programs put and take them, unless too long.
    private void AddText(string key, byte[] value, int max)
    {
        if (value.Length > max || (!Ascii.IsValid(value) && System.Text.Unicode.Utf8.IsValid(value)))
        {
            _records.Add(key, value);
        }
    }

    private void AddNumbers(Node node, long size)
    {
        if (node.Uid > TarHeader.MaxShortNumber)
        {
            _records.Add("uid", node.Uid);
        }

        if (node.Gid > TarHeader.MaxShortNumber)
        {
            _records.Add("gid", node.Gid);
        }

        if (size > TarHeader.MaxLongNumber)
        {
            _records.Add("size", (ulong)size);
        }

        if (node.ModTime.Nanoseconds != 0 || node.ModTime.Seconds is < 0 or > TarHeader.MaxLongNumber)
        {
            _records.Add("mtime", node.ModTime);
        }

        if (!node.AccessTime.IsSameInstant(node.ModTime))
        {
            _records.Add("atime", node.AccessTime);
        }
    }

    /// <returns>How many attributes have no place.</returns>
    private int AddAttributes(Node node)
    {
        int lost = 0;
        foreach (ExtendedAttribute attribute in node.ExtendedAttributes)
        {
            string? aclKey = attribute.Name switch
            {
                "system.posix_acl_access" => "SCHILY.acl.access",
                "system.posix_acl_default" => "SCHILY.acl.default",
                _ => null,
            };
            if (aclKey is null && attribute.Name.AsSpan().IndexOfAny('=', '\0') < 0)
            {
                _records.Add("SCHILY.xattr." + attribute.Name, attribute.Value.Span);
            }
            else if (aclKey is not null && PosixAcl.TryFormat(attribute.Value.Span) is string list)
            {
                _records.Add(aclKey, Encoding.ASCII.GetBytes(list));
            }
            else
            {
                lost++;
            }
        }

        return lost;
    }

    private async Task WriteRecordsAsync(byte[] name, CancellationToken cancellationToken)
    {
        new TarHeader(_header, 'x')
        {
            Name = [.. "PaxHeaders.0/"u8, .. name.AsSpan(0, Math.Min(name.Length, 80)).TrimEnd((byte)'/')],
            Mode = 0x1A4, // 0644
            Uid = 0,
            Gid = 0,
            Size = _records.Length,
            ModTime = 0,
            Device = 0,
        }.Complete();
        await destination.WriteAsync(_header, cancellationToken).ConfigureAwait(false);
        await destination.WriteAsync(_records.Bytes, cancellationToken).ConfigureAwait(false);
        _padding = PaddingOf(_records.Length);
        await PadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task PadAsync(CancellationToken cancellationToken)
    {
        if (_rest != 0)
        {
            throw new InvalidOperationException($"{_rest} bytes fewer than the header says.");
        }

        await destination.WriteAsync(Zeros.AsMemory(0, _padding), cancellationToken).ConfigureAwait(false);
        _padding = 0;
    }
}
