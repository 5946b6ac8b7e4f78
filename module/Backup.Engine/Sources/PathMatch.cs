namespace Backup.Engine.Sources;

/// <summary>What a <see cref="PathFilter"/> says of a path.</summary>
/// <param name="IsMatch">Whether the patterns match the path, or a folder above it.</param>
/// <param name="ChildMayMatch">Whether they can match something below the path.</param>
internal readonly record struct PathMatch(bool IsMatch, bool ChildMayMatch);
