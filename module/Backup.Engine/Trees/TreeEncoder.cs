using Backup.Engine.Json;

namespace Backup.Engine.Trees;

/// <summary>
/// Writes trees byte for byte as restic does, so that the same folder has the same id whoever backs it up. One is for
/// many trees, but for one thread.
/// </summary>
/// <remarks>Format: restic design document, «Trees and Data». The order of fields is that of restic's <c>Node</c>.</remarks>
internal sealed class TreeEncoder
{
    /// <summary>No tree has more bytes, its end aside: we read none of more than 1 GiB (<c>BlobDecoder.MaxPlaintextLength</c>).</summary>
    public const int MaxLength = (1024 * 1024 * 1024) - 1024;

    private readonly GoJsonWriter _json = new();
    private string? _lastName;
    private long _taken;
    private bool _isFinished;

    /// <summary>Begins the first tree.</summary>
    public TreeEncoder() => Reset();

    /// <summary>How many nodes the tree has.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes there are so far, without those that were taken.</summary>
    public int Length => _json.Length;

    /// <summary>Begins another tree; the bytes of the one before are no longer valid.</summary>
    public void Reset()
    {
        _json.Clear();
        _json.WriteRaw("{\"nodes\":["u8);
        _lastName = null;
        _taken = 0;
        _isFinished = false;
        Count = 0;
    }

    /// <summary>Appends a node.</summary>
    /// <param name="node">Its name has to come after the last one's by <see cref="FileName.Compare"/>.</param>
    /// <exception cref="ArgumentException">The name is empty, or does not come after the last one's.</exception>
    /// <exception cref="SourceException">The tree has become too long: some three million entries.</exception>
    public void Add(Node node)
    {
        if (_isFinished)
        {
            throw new InvalidOperationException("The tree is finished. Reset the encoder for the next one.");
        }

        if (FileName.Compare(node.Name, _lastName ?? "") <= 0)
        {
            throw new ArgumentException($"The node «{node.Name}» has to come after «{_lastName}» in the tree.", nameof(node));
        }

        int start = _json.Length;
        try
        {
            Write(node);
            if (_taken + _json.Length > MaxLength)
            {
                throw new SourceException(
                    $"A folder has too many entries: {Count:N0} make a tree of {_taken + start:N0} bytes, and «{node.Name}» no longer fits. "
                        + "Split the folder, or exclude a part of it.");
            }
        }
        catch
        {
            _json.Truncate(start); // a node must not become part of the tree by half, or where there is no room for it
            throw;
        }

        _lastName = node.Name;
        Count++;
    }

    /// <summary>Takes what there is so far, so that a long tree need not be in memory as a whole.</summary>
    /// <returns>The bytes that follow those taken before, valid until the next change. They end between two nodes.</returns>
    public ReadOnlyMemory<byte> Take()
    {
        ReadOnlyMemory<byte> written = _json.Written;
        _taken += written.Length;
        _json.Clear();
        return written;
    }

    /// <summary>Ends the tree.</summary>
    /// <returns>The blob's plaintext, without what was taken; valid until <see cref="Reset"/>.</returns>
    public ReadOnlyMemory<byte> Finish()
    {
        if (!_isFinished)
        {
            _json.WriteRaw("]}\n"u8);
            _isFinished = true;
        }

        return _json.Written;
    }

    /// <summary>
    /// The tree as it is now with some more nodes at its end, without what was taken, as a copy: the tree itself goes on.
    /// </summary>
    /// <param name="more">Come after those added, in order.</param>
    public byte[] FinishCopy(IEnumerable<Node> more)
    {
        if (_isFinished)
        {
            return _json.Written.ToArray();
        }

        int length = _json.Length;
        int count = Count;
        foreach (Node node in more)
        {
            Write(node);
            Count++;
        }

        _json.WriteRaw("]}\n"u8);
        byte[] copy = _json.Written.ToArray();
        _json.Truncate(length);
        Count = count;
        return copy;
    }

    private void Write(Node node)
    {
        _json.WriteRaw(Count == 0 ? "{\"name\":"u8 : ",{\"name\":"u8);
        _json.WriteName(node.Name);
        _json.WriteRaw(",\"type\":\""u8);
        _json.WriteRaw(NodeTypeName.Of(node.Type));
        _json.WriteRaw("\""u8);
        WriteUnlessZero(",\"mode\":"u8, node.Mode);
        WriteTimes(node);
        _json.WriteRaw(",\"uid\":"u8);
        _json.WriteNumber((ulong)node.Uid);
        _json.WriteRaw(",\"gid\":"u8);
        _json.WriteNumber((ulong)node.Gid);
        WriteUnlessEmpty(",\"user\":"u8, node.User);
        WriteUnlessEmpty(",\"group\":"u8, node.Group);
        WriteUnlessZero(",\"inode\":"u8, node.Inode);
        WriteUnlessZero(",\"device_id\":"u8, node.DeviceId);
        WriteUnlessZero(",\"size\":"u8, node.Size);
        WriteUnlessZero(",\"links\":"u8, node.Links);
        WriteLinkTarget(node.LinkTarget);
        WriteExtendedAttributes(node.ExtendedAttributes);
        WriteGenericAttributes(node.GenericAttributes);
        WriteUnlessZero(",\"device\":"u8, node.Device);
        WriteContent(node.Content);
        if (node.Subtree is BlobId subtree)
        {
            _json.WriteRaw(",\"subtree\":"u8);
            _json.WriteId(subtree.Hash);
        }

        WriteUnlessEmpty(",\"error\":"u8, node.Error);
        _json.WriteRaw("}"u8);
    }

    private void WriteTimes(Node node)
    {
        _json.WriteRaw(",\"mtime\":"u8);
        _json.WriteTime(node.ModTime);
        _json.WriteRaw(",\"atime\":"u8);
        _json.WriteTime(node.AccessTime);
        _json.WriteRaw(",\"ctime\":"u8);
        _json.WriteTime(node.ChangeTime);
    }

    private void WriteUnlessZero(ReadOnlySpan<byte> field, ulong number)
    {
        if (number != 0)
        {
            _json.WriteRaw(field);
            _json.WriteNumber(number);
        }
    }

    private void WriteUnlessEmpty(ReadOnlySpan<byte> field, string text)
    {
        if (text.Length != 0)
        {
            _json.WriteRaw(field);
            _json.WriteString(text);
        }
    }

    private void WriteLinkTarget(string target)
    {
        WriteUnlessEmpty(",\"linktarget\":"u8, target);

        // Bytes that a JSON string can't hold.
        if (!GoText.IsPlain(target) && FileName.Encode(target) is byte[] bytes && !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            _json.WriteRaw(",\"linktarget_raw\":"u8);
            _json.WriteBase64(bytes);
        }
    }

    private void WriteExtendedAttributes(IReadOnlyList<ExtendedAttribute> attributes)
    {
        for (int i = 0; i < attributes.Count; i++)
        {
            _json.WriteRaw(i == 0 ? ",\"extended_attributes\":[{\"name\":"u8 : ",{\"name\":"u8);
            _json.WriteString(attributes[i].Name);
            _json.WriteRaw(",\"value\":"u8);
            _json.WriteBase64(attributes[i].Value.Span);
            _json.WriteRaw(i == attributes.Count - 1 ? "}]"u8 : "}"u8);
        }
    }

    private void WriteGenericAttributes(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? attributes)
    {
        if (attributes is null || attributes.Count == 0)
        {
            return;
        }

        _json.WriteRaw(",\"generic_attributes\":{"u8);
        bool isFirst = true;
        foreach ((string name, ReadOnlyMemory<byte> value) in attributes.OrderBy(attribute => attribute.Key, FileName.Comparer))
        {
            _json.WriteRaw(isFirst ? default : ","u8);
            _json.WriteString(name);
            _json.WriteRaw(":"u8);
            _json.WriteCompacted(value.Span);
            isFirst = false;
        }

        _json.WriteRaw("}"u8);
    }

    private void WriteContent(IReadOnlyList<BlobId>? content)
    {
        if (content is null)
        {
            _json.WriteRaw(",\"content\":null"u8);
            return;
        }

        _json.WriteRaw(",\"content\":["u8);
        for (int i = 0; i < content.Count; i++)
        {
            _json.WriteRaw(i == 0 ? default : ","u8);
            _json.WriteId(content[i].Hash);
        }

        _json.WriteRaw("]"u8);
    }
}
