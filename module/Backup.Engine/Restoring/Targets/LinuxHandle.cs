using System.Runtime.InteropServices;

namespace Backup.Engine.Restoring.Targets;

/// <summary>A file descriptor with one owner. Lighter than <c>SafeFileHandle</c>, which asks the system what it has.</summary>
internal sealed class LinuxHandle : SafeHandle
{
    /// <summary>Takes over what an opening call returned: a descriptor, or -1.</summary>
    public LinuxHandle(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The number, for paths below <c>/proc/self/fd</c>; only valid while this is open.</summary>
    public int Number => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LinuxCalls.Close((int)handle) == 0;
}
