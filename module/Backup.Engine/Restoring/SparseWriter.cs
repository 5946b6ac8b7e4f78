using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>Writes to a file that reads as zeros so far, and leaves out what is to stay so.</summary>
internal static class SparseWriter
{
    /// <summary>What file systems allocate at once, as a rule: shorter runs of zeros would not save anything.</summary>
    private const int BlockLength = 4096;

    /// <summary>Writes all blocks that are not zero.</summary>
    public static void Write(TargetFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        int start = 0; // of what is to be written
        int position = 0;
        while (position < bytes.Length)
        {
            int length = (int)Math.Min(BlockLength - ((offset + position) % BlockLength), bytes.Length - position);
            if (!bytes.Slice(position, length).ContainsAnyExcept((byte)0))
            {
                WriteIfAny(file, bytes[start..position], offset + start);
                start = position + length;
            }

            position += length;
        }

        WriteIfAny(file, bytes[start..], offset + start);
    }

    private static void WriteIfAny(TargetFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (!bytes.IsEmpty)
        {
            file.Write(bytes, offset);
        }
    }
}
