using System.Globalization;

namespace Backup.TestKit;

/// <summary>A disk in memory that is soon full. Tests that use it are <see cref="FactIfMountableAttribute"/>.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Mounts an empty disk.</summary>
    /// <param name="sizeInBytes">Its size, rounded up to pages.</param>
    public SmallDisk(long sizeInBytes) =>
        ExternalProgram.Named("mount").Run(
            "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={sizeInBytes}"), "none", FullName);

    /// <summary>The full path of its root.</summary>
    public string FullName => _folder.FullName;

    /// <summary>Lets nobody write from now on.</summary>
    public void MakeReadOnly() => ExternalProgram.Named("mount").Run("-o", "remount,ro", FullName);

    /// <summary>Unmounts it; what was on it is gone.</summary>
    public void Dispose()
    {
        ExternalProgram.Named("umount").Run("-l", FullName);
        _folder.Dispose();
    }
}
