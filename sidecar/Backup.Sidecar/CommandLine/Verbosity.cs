namespace Backup.Sidecar.CommandLine;

/// <summary>How much a command says.</summary>
internal enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>A summary.</summary>
    Normal,

    /// <summary>The steps, too.</summary>
    Verbose,

    /// <summary>Every item.</summary>
    EveryItem,
}
