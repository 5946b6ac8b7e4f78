namespace Backup.Engine;

/// <summary>How far a dump is. Reported a few times a second.</summary>
/// <param name="ItemsDone">Items begun.</param>
/// <param name="BytesDone">Bytes of file content written.</param>
/// <param name="BytesTotal">For a single file its size, else 0: unknown.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record DumpProgress(long ItemsDone, long BytesDone, long BytesTotal, TimeSpan Elapsed);
