using Xunit;

namespace Backup.TestKit;

/// <summary>A fact about Linux: skipped elsewhere, and the summary says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactOnLinuxAttribute : FactAttribute
{
    /// <summary>Needs Linux.</summary>
    public FactOnLinuxAttribute() => Skip = Requirements.UnmetOnLinux(User);

    /// <summary>Who has to run it: what root may do, or what others may not.</summary>
    public RunBy User
    {
        get;
        set
        {
            field = value;
            Skip = Requirements.UnmetOnLinux(value);
        }
    }
}
