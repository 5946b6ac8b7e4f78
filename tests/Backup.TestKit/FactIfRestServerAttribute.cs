using Xunit;

namespace Backup.TestKit;

/// <summary>A fact that needs restic's rest-server, and perhaps other programs; where one is missing it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactIfRestServerAttribute : FactAttribute
{
    /// <summary>Names the other programs.</summary>
    public FactIfRestServerAttribute(params string[] programs)
    {
        Programs = programs;
        Skip = RestServer.Program is null
            ? $"Needs restic's rest-server: {RestServer.Variable} says where it is."
            : Requirements.Unmet(programs, asRoot: false);
    }

    /// <summary>The other programs.</summary>
    public string[] Programs { get; }
}
