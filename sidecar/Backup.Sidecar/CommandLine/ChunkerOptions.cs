using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say from which other repository it is taken where files are cut.</summary>
internal sealed class ChunkerOptions
{
    private readonly Flag _copy = new("--copy-chunker-params")
    {
        Description = "Cut files at the same places as another repository, so that copies from there share data with backups",
    };

    private readonly SourceRepositoryOptions _source = new();

    public Option[] All => [_copy, .. _source.All];

    /// <summary>The other repository's polynomial; null if none is wanted.</summary>
    /// <exception cref="UsageException">Another repository is named without need.</exception>
    public async Task<ulong?> FindPolynomialAsync(VerbRun run)
    {
        if (!run.Value(_copy))
        {
            return _source.All.Any(run.IsGiven)
                ? throw new UsageException("Another repository is only needed with --copy-chunker-params. Add that, or leave the --from-… options out.")
                : null;
        }

        await using Repository source = await _source.OpenAsync(run);
        return source.Config.ChunkerPolynomial;
    }
}
