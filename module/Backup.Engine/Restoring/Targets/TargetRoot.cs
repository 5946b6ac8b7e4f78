namespace Backup.Engine.Restoring.Targets;

/// <summary>Opens the target by the best means that this system has.</summary>
internal static class TargetRoot
{
    /// <summary>Opens an existing directory, which may be reached through links.</summary>
    public static TargetDirectory Open(string path) =>
        LinuxCalls.AreKnown ? LinuxDirectory.OpenRoot(path) : PortableDirectory.OpenRoot(path);
}
