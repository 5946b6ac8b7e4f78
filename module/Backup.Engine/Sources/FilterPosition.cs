namespace Backup.Engine.Sources;

/// <summary>How far the patterns of a <see cref="ItemFilter"/> have come in a directory.</summary>
/// <param name="Exact">Of the patterns that tell upper and lower case apart.</param>
/// <param name="IgnoringCase">Of those that don't.</param>
internal readonly record struct FilterPosition(FilterFolder Exact, FilterFolder IgnoringCase);
