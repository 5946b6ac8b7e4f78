using Backup.Engine.Compression;

namespace Backup.Engine.Tests.Compression;

/// <summary>A theory about compressing, which only libzstd does.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryIfLibzstdAttribute : TheoryAttribute
{
    public TheoryIfLibzstdAttribute()
    {
        Skip = ZstdEncoder.IsAvailable ? null : "Needs libzstd.";
    }
}
