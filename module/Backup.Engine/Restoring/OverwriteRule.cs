using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>What an <see cref="OverwriteMode"/> means for an item that is there.</summary>
internal static class OverwriteRule
{
    /// <summary>Whether the snapshot's version takes its place, or gives it its metadata.</summary>
    public static bool Replaces(OverwriteMode mode, Node node, in TargetEntry existing) => mode switch
    {
        OverwriteMode.Always or OverwriteMode.IfChanged => true,
        OverwriteMode.IfNewer => node.ModTime > existing.ModTime,
        _ => false,
    };
}
