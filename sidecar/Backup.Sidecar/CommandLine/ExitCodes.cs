namespace Backup.Sidecar.CommandLine;

/// <summary>What the process tells the shell. restic's numbers, so that scripts carry over.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and done completely.</summary>
    public const int Done = 0;

    /// <summary>Failed, or found faults.</summary>
    public const int Failed = 1;

    /// <summary>A snapshot was made, but some of the source could not be read; or some snapshots could not be removed.</summary>
    public const int Incomplete = 3;

    /// <summary>There is no repository at the location.</summary>
    public const int NoRepository = 10;

    /// <summary>The repository is locked by somebody else.</summary>
    public const int Locked = 11;

    /// <summary>The password opens no key.</summary>
    public const int WrongPassword = 12;

    /// <summary>Stopped by Ctrl+C or a request to terminate.</summary>
    public const int Interrupted = 130;
}
