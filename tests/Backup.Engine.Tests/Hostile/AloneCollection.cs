namespace Backup.Engine.Tests.Hostile;

/// <summary>Tests that count what the process allocates run alone, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class AloneCollection
{
    public const string Name = "Alone";
}
