namespace Backup.Engine.Storage;

/// <summary>So many bytes a second, shared by all who take from it.</summary>
/// <param name="bytesPerSecond">How many.</param>
/// <param name="time">The clock.</param>
internal sealed class Bandwidth(long bytesPerSecond, TimeProvider time)
{
    private const int LargestPiece = 64 * 1024;

    private readonly Lock _gate = new();
    private long _paidUntil = time.GetTimestamp();

    /// <summary>What is best taken at once: a tenth of a second's worth, within reason.</summary>
    public int PieceInBytes { get; } = (int)Math.Clamp(bytesPerSecond / 10, 1, LargestPiece);

    /// <summary>The limit for a number of bytes a second; null where there is none.</summary>
    public static Bandwidth? Of(long? bytesPerSecond, TimeProvider time) =>
        bytesPerSecond is { } limit ? new Bandwidth(limit, time) : null;

    /// <summary>Waits until as much time has passed as these bytes, and those taken before, may take.</summary>
    public Task TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            long now = time.GetTimestamp();

            // Time in which nobody took anything is gone.
            _paidUntil = Math.Max(_paidUntil, now) + (long)((double)bytes / bytesPerSecond * time.TimestampFrequency);
            wait = time.GetElapsedTime(now, _paidUntil);
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
