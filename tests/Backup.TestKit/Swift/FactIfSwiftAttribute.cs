using Xunit;

namespace Backup.TestKit.Swift;

/// <summary>A fact that runs a <see cref="SwiftServer"/>; where there is none it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactIfSwiftAttribute : FactAttribute
{
    /// <summary>Looks whether it is there.</summary>
    public FactIfSwiftAttribute() => Skip = SwiftServer.Missing;
}
