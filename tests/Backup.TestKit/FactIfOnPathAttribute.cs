using Xunit;

namespace Backup.TestKit;

/// <summary>
/// A fact that needs programs: <c>[FactIfOnPath("restic", "setfacl")]</c>. Where one is missing the test is skipped, and
/// the summary says why.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactIfOnPathAttribute : FactAttribute
{
    /// <summary>Names the programs, or their full paths.</summary>
    public FactIfOnPathAttribute(params string[] programs)
    {
        Programs = programs;
        Skip = Requirements.Unmet(programs, asRoot: false);
    }

    /// <summary>The programs.</summary>
    public string[] Programs { get; }

    /// <summary>True if it needs root, too; false if root may run it as well as anybody.</summary>
    public bool AsRoot
    {
        get;
        set
        {
            field = value;
            Skip = Requirements.Unmet(Programs, value);
        }
    }
}
