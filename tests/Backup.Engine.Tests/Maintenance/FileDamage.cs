namespace Backup.Engine.Tests.Maintenance;

/// <summary>Ways to damage a file.</summary>
public enum FileDamage
{
    Removed,
    Truncated,
    Emptied,
    Flipped,
    FlippedAtEnd,
}
