using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say how pruning weighs space against work: for prune itself, and for forget that prunes.</summary>
internal sealed class PruningOptions
{
    private readonly Option<string> _maxUnused = new("--max-unused")
    {
        Description = "How much unused data may stay in packs that are partly used: a part such as 5% (the default), a size such as 500M, or unlimited",
        HelpName = "limit",
        DefaultValueFactory = _ => "5%",
    };

    private readonly Option<string?> _maxRepackSize = new("--max-repack-size")
    {
        Description = "Write no more than this anew, such as 10G; 0: only remove whole packs",
        HelpName = "size",
    };

    private readonly Option<string?> _smallerThan = new("--repack-smaller-than")
    {
        Description = "Put packs together that are smaller than this, such as 8M",
        HelpName = "size",
    };

    private readonly Flag _small = new("--repack-small")
    {
        Description = "Put packs together that are smaller than four fifths of the pack size",
    };

    private readonly Flag _cacheableOnly = new("--repack-cacheable-only") { Description = "Write only packs of folders anew, not those of data" };

    private readonly Flag _uncompressed = new("--repack-uncompressed") { Description = "Compress what was stored without compression" };

    public Option[] All => [_maxUnused, _maxRepackSize, _smallerThan, _small, _cacheableOnly, _uncompressed];

    /// <summary>Whether one of them was given.</summary>
    public bool IsAnyGiven(VerbRun run) => All.Any(run.IsGiven);

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public PruneOptions Of(VerbRun run)
    {
        long? smallerThan = SizeOf(run, _smallerThan);
        return new PruneOptions
        {
            MaxUnused = LimitOf(run),
            MaxRepackBytes = SizeOf(run, _maxRepackSize),
            RepackSmallerThan = smallerThan is null && run.Value(_small) ? run.RepositoryOptions.PackSizeInBytes / 5 * 4 : smallerThan,
            RepackCacheableOnly = run.Value(_cacheableOnly),
            RepackUncompressed = run.Value(_uncompressed),
        };
    }

    private UnusedLimit LimitOf(VerbRun run)
    {
        try
        {
            return UnusedLimit.Parse(run.Value(_maxUnused) ?? "");
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new UsageException($"--max-unused: {exception.Message}", exception);
        }
    }

    private static long? SizeOf(VerbRun run, Option<string?> option) => run.Value(option) switch
    {
        null => null,
        { } text when SizeText.TryParse(text, out long bytes) => bytes,
        { } text => throw new UsageException($"{option.Name} «{text}» is no size. Write 500M or 10G."),
    };
}
