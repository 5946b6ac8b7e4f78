namespace Backup.Sidecar.Hosting;

/// <summary>How the service is started.</summary>
internal sealed record ServeSettings
{
    /// <summary>A JSON file with the configuration; it is watched.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Settings that win over the file and the environment.</summary>
    public IReadOnlyDictionary<string, string?> Overrides { get; init; } = new Dictionary<string, string?>();

    /// <summary>Reads one environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Whether the environment's <c>Backup__…</c> variables are settings, too.</summary>
    public bool UseEnvironment { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
