using System.CommandLine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The four options that give patterns: as they are or in files, each with or without regard to case.</summary>
internal sealed class PatternOptions
{
    private readonly Option<string[]> _pattern;
    private readonly Option<string[]> _ignoringCase;
    private readonly Option<string[]> _file;
    private readonly Option<string[]> _fileIgnoringCase;

    /// <summary>Makes them.</summary>
    /// <param name="word">«exclude» or «include».</param>
    /// <param name="letter">The short name of the first of them.</param>
    /// <param name="effect">What they do to what matches.</param>
    public PatternOptions(string word, string letter, string effect)
    {
        _pattern = new($"--{word}", letter) { Description = $"{effect} what matches (repeatable): * ? [a-z], ** for any folders", HelpName = "pattern" };
        _ignoringCase = new($"--i{word}") { Description = $"The same, capital and small letters being equal", HelpName = "pattern" };
        _file = new($"--{word}-file") { Description = "Patterns, one per line; # begins a comment (repeatable)", HelpName = "file" };
        _fileIgnoringCase = new($"--i{word}-file") { Description = "The same, capital and small letters being equal", HelpName = "file" };
    }

    public Option[] All => [_pattern, _ignoringCase, _file, _fileIgnoringCase];

    /// <summary>The patterns that regard case.</summary>
    public string[] Of(VerbRun run) => Of(run, _pattern, _file);

    /// <summary>The patterns that don't.</summary>
    public string[] IgnoringCaseOf(VerbRun run) => Of(run, _ignoringCase, _fileIgnoringCase);

    private static string[] Of(VerbRun run, Option<string[]> patterns, Option<string[]> files) =>
        [.. run.Values(patterns), .. PatternFile.Read(run.Values(files), run.Session.Settings)];
}
