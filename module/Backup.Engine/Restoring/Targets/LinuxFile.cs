using System.Runtime.InteropServices;

namespace Backup.Engine.Restoring.Targets;

/// <summary>A file of a <see cref="LinuxDirectory"/>.</summary>
internal sealed unsafe class LinuxFile : TargetFile
{
    private const int Interrupted = 4; // EINTR
    private const int CopyLength = 256 * 1024;

    private readonly LinuxHandle _handle;

    /// <summary>Takes over an open handle.</summary>
    public LinuxFile(LinuxHandle handle) => _handle = handle;

    /// <inheritdoc/>
    public override TargetEntry Inspect() => LinuxMetadata.Inspect(_handle);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer, long offset)
    {
        int total = 0;
        fixed (byte* pointer = buffer)
        {
            while (total < buffer.Length)
            {
                nint count = LinuxCalls.ReadAt(_handle, pointer + total, (nuint)(buffer.Length - total), offset + total);
                if (count == 0)
                {
                    break;
                }

                if (count > 0)
                {
                    total += (int)count;
                }
                else if (Marshal.GetLastPInvokeError() != Interrupted)
                {
                    throw LinuxName.Error("Reading failed");
                }
            }
        }

        return total;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* pointer = bytes)
        {
            int total = 0;
            while (total < bytes.Length)
            {
                nint count = LinuxCalls.WriteAt(_handle, pointer + total, (nuint)(bytes.Length - total), offset + total);
                if (count > 0)
                {
                    total += (int)count;
                }
                else if (count == 0 || Marshal.GetLastPInvokeError() != Interrupted)
                {
                    throw LinuxName.Error("Writing failed");
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void SetLength(long length)
    {
        if (LinuxCalls.Truncate(_handle, length) != 0)
        {
            throw LinuxName.Error($"Setting the length to {length:N0} bytes failed");
        }
    }

    /// <inheritdoc/>
    public override bool TryClone(TargetFile source)
    {
        LinuxHandle other = ((LinuxFile)source)._handle;
        bool isReferenced = false;
        try
        {
            other.DangerousAddRef(ref isReferenced);
            return LinuxCalls.Control(_handle, LinuxCalls.FileClone, other.Number) == 0;
        }
        finally
        {
            if (isReferenced)
            {
                other.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public override void CopyRange(TargetFile source, long offset, long length)
    {
        long from = offset;
        long to = offset;
        long end = offset + length;
        while (to < end)
        {
            nint count = LinuxCalls.CopyRange(((LinuxFile)source)._handle, &from, _handle, &to, (nuint)(end - to));
            if (count == 0)
            {
                throw new TargetException(TargetFailure.Other, "Copying failed: the file became shorter meanwhile.");
            }

            if (count < 0)
            {
                CopyThroughMemory(source, to, end - to); // the kernel or the file system can't do it
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override bool HasMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
        LinuxMetadata.IsSet(_handle, metadata, isChosen);

    /// <inheritdoc/>
    public override MetadataTrouble? SetMetadata(in EntryMetadata metadata, Func<string, bool> isChosen) =>
        LinuxMetadata.Set(_handle, metadata, isChosen);

    /// <inheritdoc/>
    public override void Dispose() => _handle.Dispose();

    private void CopyThroughMemory(TargetFile source, long offset, long length)
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
}
