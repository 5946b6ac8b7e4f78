namespace Backup.Engine.Sources;

/// <summary>The first part of a pattern that may begin in any folder.</summary>
/// <param name="Position">Its position in the filter's table.</param>
/// <param name="Part">What it waits for.</param>
internal readonly record struct PatternHead(int Position, PathPatternPart Part);
