using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say what is left out of files and folders.</summary>
internal sealed class ExclusionOptions
{
    private readonly Option<string[]> _excludes = new("--exclude", "-e")
    {
        Description = "Leave out what matches (repeatable): * ? [a-z], ** for any folders; !pattern keeps it after all",
        HelpName = "pattern",
    };

    private readonly Option<string[]> _insensitiveExcludes = new("--iexclude")
    {
        Description = "The same, capital and small letters being equal",
        HelpName = "pattern",
    };

    private readonly Option<string[]> _excludeFiles = new("--exclude-file")
    {
        Description = "Patterns, one per line; # begins a comment (repeatable)",
        HelpName = "file",
    };

    private readonly Option<string[]> _insensitiveExcludeFiles = new("--iexclude-file")
    {
        Description = "The same, capital and small letters being equal",
        HelpName = "file",
    };

    private readonly Flag _excludeCaches = new("--exclude-caches") { Description = "Leave out folders that a CACHEDIR.TAG marks as caches" };

    private readonly Option<string[]> _excludeIfPresent = new("--exclude-if-present")
    {
        Description = "Leave out folders that have a file of this name, beginning with this text (repeatable)",
        HelpName = "name[:text]",
    };

    private readonly Option<string?> _excludeLargerThan = new("--exclude-larger-than")
    {
        Description = "Leave out files that are larger, such as 500M",
        HelpName = "size",
    };

    private readonly Flag _oneFileSystem = new("--one-file-system", "-x") { Description = "Don't go into other file systems" };

    public Option[] All =>
    [
        _excludes, _insensitiveExcludes, _excludeFiles, _insensitiveExcludeFiles, _excludeCaches, _excludeIfPresent,
        _excludeLargerThan, _oneFileSystem,
    ];

    /// <summary>What is left out, of no paths yet.</summary>
    public FileSystemSourceOptions Of(VerbRun run) => new()
    {
        Excludes = run.Values(_excludes),
        InsensitiveExcludes = run.Values(_insensitiveExcludes),
        ExcludeFiles = run.Values(_excludeFiles),
        InsensitiveExcludeFiles = run.Values(_insensitiveExcludeFiles),
        ExcludeIfPresent = run.Values(_excludeIfPresent),
        ExcludeCaches = run.Value(_excludeCaches),
        ExcludeLargerThan = SizeOf(run),
        OneFileSystem = run.Value(_oneFileSystem),
    };

    private long? SizeOf(VerbRun run) => run.Value(_excludeLargerThan) switch
    {
        null => null,
        { } text when SizeText.TryParse(text, out long bytes) => bytes,
        { } text => throw new UsageException($"--exclude-larger-than «{text}» is no size. Write a number with K, M, G or T behind."),
    };
}
