using Backup.Engine.Compression;

namespace Backup.Engine.Tests.Compression;

/// <summary>A fact about compressing, which only libzstd does.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactIfLibzstdAttribute : FactAttribute
{
    public FactIfLibzstdAttribute()
    {
        Skip = ZstdEncoder.IsAvailable ? null : "Needs libzstd.";
    }
}
