namespace Backup.Engine;

/// <summary>Settings from the environment: BACKUP_X, or restic's RESTIC_X where there is none.</summary>
/// <param name="read">Reads one environment variable; null if there is none.</param>
public sealed class EnvironmentSettings(Func<string, string?> read)
{
    /// <summary>The families of names, the one that wins first.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = ["BACKUP_", "RESTIC_"];

    /// <summary>Whether errors show where they were thrown.</summary>
    public bool IsDebug => read("BACKUP_DEBUG") is not (null or "" or "0");

    /// <summary>One variable by its full name; null if it is not set or empty.</summary>
    public string? Exact(string name) => read(name) is { Length: > 0 } value ? value : null;

    /// <summary>A setting by the part of its name behind the prefix; null if it is not set or empty.</summary>
    public string? Get(string name)
    {
        foreach (string prefix in Prefixes)
        {
            if (Exact(prefix + name) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Whether a setting is switched on.</summary>
    public bool IsOn(string name) => Get(name) is { } value && value is ("1" or "true" or "TRUE" or "True" or "t" or "T");
}
