namespace Backup.Engine.Compression;

/// <summary>A state of an <see cref="FseTable"/>.</summary>
/// <param name="Baseline">The least of the next states.</param>
/// <param name="Symbol">What the state stands for.</param>
/// <param name="Bits">How many bits choose among the next states.</param>
internal readonly record struct FseEntry(ushort Baseline, byte Symbol, byte Bits);
