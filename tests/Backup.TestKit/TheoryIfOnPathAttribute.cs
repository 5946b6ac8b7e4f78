using Xunit;

namespace Backup.TestKit;

/// <summary>A theory that needs programs; see <see cref="FactIfOnPathAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryIfOnPathAttribute : TheoryAttribute
{
    /// <summary>Names the programs, or their full paths.</summary>
    public TheoryIfOnPathAttribute(params string[] programs)
    {
        Programs = programs;
        Skip = Requirements.Unmet(programs, asRoot: false);
    }

    /// <summary>The programs.</summary>
    public string[] Programs { get; }
}
