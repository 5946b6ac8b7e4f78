using Backup.Engine.Repositories;
using Backup.Engine.Sources;

namespace Backup.Engine.Restoring;

/// <summary>What all parts of one restore share.</summary>
internal sealed class RestoreJob : IDisposable
{
    /// <summary>Begins a restore.</summary>
    public RestoreJob() => Open = new OpenFiles(this);

    /// <summary>Where the data come from.</summary>
    public required OpenedRepository Repository { get; init; }

    /// <summary>What was asked for.</summary>
    public required RestoreOptions Options { get; init; }

    /// <summary>Counts and issues.</summary>
    public required RestoreLog Log { get; init; }

    /// <summary>What items are to carry.</summary>
    public required MetadataChooser Metadata { get; init; }

    /// <summary>Which items are restored.</summary>
    public required ItemFilter Filter { get; init; }

    /// <summary>The target itself.</summary>
    public required DirectoryPlan Root { get; init; }

    /// <summary>Handles of the target's directories.</summary>
    public required DirectoryCache Directories { get; init; }

    /// <summary>Temporary files that are being written.</summary>
    public OpenFiles Open { get; }

    /// <summary>
    /// Begins the names of temporary files. Nobody who made the repository or the target can know it.
    /// </summary>
    public string TemporaryPrefix { get; } =
        $".backup-restore-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}-";

    /// <inheritdoc/>
    public void Dispose()
    {
        Open.Dispose();
        Directories.Dispose();
    }
}
