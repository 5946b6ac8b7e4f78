using Xunit;

namespace Backup.TestKit.Swift;

/// <summary>A theory that runs a <see cref="SwiftServer"/>; where there is none it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryIfSwiftAttribute : TheoryAttribute
{
    /// <summary>Looks whether it is there.</summary>
    public TheoryIfSwiftAttribute() => Skip = SwiftServer.Missing;
}
