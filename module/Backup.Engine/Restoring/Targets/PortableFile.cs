using Microsoft.Win32.SafeHandles;

namespace Backup.Engine.Restoring.Targets;

/// <summary>A file of a <see cref="PortableDirectory"/>.</summary>
internal sealed class PortableFile : TargetFile
{
    private const int CopyLength = 256 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly string _path;

    /// <summary>Takes over an open handle.</summary>
    public PortableFile(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    /// <inheritdoc/>
    public override TargetEntry Inspect() =>
        PortableErrors.Translate("Reading metadata failed", () => PortableMetadata.Inspect(_handle));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer, long offset)
    {
        try
        {
            int total = 0;
            while (total < buffer.Length)
            {
                int count = RandomAccess.Read(_handle, buffer[total..], offset + total);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }
        catch (Exception exception) when (PortableErrors.IsRefusal(exception))
        {
            throw PortableErrors.From("Reading failed", exception);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (Exception exception) when (PortableErrors.IsRefusal(exception))
        {
            throw PortableErrors.From("Writing failed", exception);
        }
    }

    /// <inheritdoc/>
    public override void SetLength(long length) => PortableErrors.Translate(
        $"Setting the length to {length:N0} bytes failed",
        () =>
        {
            RandomAccess.SetLength(_handle, length);
            return true;
        });

    /// <inheritdoc/>
    public override bool TryClone(TargetFile source) => false;

    /// <inheritdoc/>
    public override void CopyRange(TargetFile source, long offset, long length)
    {
        byte[] buffer = new byte[Math.Min(length, CopyLength)];
        while (length > 0)
        {
            int count = source.Read(buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)), offset);
            if (count == 0)
            {
                throw new TargetException(TargetFailure.Other, "Copying failed: the file became shorter meanwhile.");
            }

            Write(buffer.AsSpan(0, count), offset);
            offset += count;
            length -= count;
        }
    }

    /// <inheritdoc/>
    public override bool HasMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
        PortableMetadata.IsSet(Inspect(), metadata) && PortableMetadata.HasWindowsAttributes(_path, metadata);

    /// <inheritdoc/>
    public override MetadataTrouble? SetMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
        PortableMetadata.Set(_path, _handle, metadata);

    /// <inheritdoc/>
    public override void Dispose() => _handle.Dispose();
}
