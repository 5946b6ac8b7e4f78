namespace Backup.Engine.Sources;

/// <summary>A time as file systems keep it.</summary>
/// <param name="Seconds">Since 1970-01-01T00:00:00Z; negative before.</param>
/// <param name="Nanoseconds">0 … 999,999,999.</param>
internal readonly record struct UnixTime(long Seconds, int Nanoseconds);
