using System.CommandLine;
using System.CommandLine.Parsing;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class CommandTreeTests
{
    [Fact]
    public void Every_command_option_and_argument_says_what_it_is()
    {
        CommandTree tree = Tree();

        IEnumerable<string> silent =
            from command in Commands(tree.Root)
            from symbol in command.Options.Cast<Symbol>().Concat(command.Arguments).Append(command)
            where string.IsNullOrWhiteSpace(symbol.Description)
            select $"{command.Name} {symbol.Name}";

        Assert.Empty(silent);
    }

    [Fact]
    public void Every_verb_but_the_plain_ones_has_examples_and_they_can_be_parsed()
    {
        CommandTree tree = Tree();
        List<Verb> verbs = [.. Commands(tree.Root).OfType<Verb>()];

        Assert.NotEmpty(verbs);
        Assert.All(verbs.Where(verb => verb.Name != "version"), verb => Assert.NotEmpty(verb.Examples));
        Assert.All(verbs.SelectMany(verb => verb.Examples.Select(example => (verb, example.CommandLine))), pair =>
        {
            string commandLine = pair.CommandLine.Split([" > ", " >> ", " | "], StringSplitOptions.None)[0];
            ParseResult parse = tree.Parse([.. CommandLineParser.SplitCommandLine(commandLine.Replace('\'', '"'))]);
            Assert.Empty(parse.Errors);
            Assert.Same(pair.verb, parse.CommandResult.Command);
        });
    }

    [Theory]
    [InlineData("-v", "version", "", Verbosity.Verbose)]
    [InlineData("-vv", "version", "", Verbosity.EveryItem)]
    [InlineData("version", "-v", "--verbose", Verbosity.EveryItem)]
    [InlineData("version", "--verbose=2", "", Verbosity.EveryItem)]
    [InlineData("version", "--verbose=1", "", Verbosity.Verbose)]
    [InlineData("version", "--verbose=0", "", Verbosity.Normal)]
    [InlineData("version", "-q", "-v", Verbosity.Quiet)]
    [InlineData("version", "", "", Verbosity.Normal)]
    public void Verbosity_counts(string first, string second, string third, object expected)
    {
        CommandTree tree = Tree();
        string[] args = [.. ((string[])[first, second, third]).Where(arg => arg.Length > 0)];

        ParseResult parse = tree.Parse(CommandTree.Expand(args));

        Assert.Empty(parse.Errors);
        Assert.Equal(expected, tree.Globals.VerbosityOf(parse));
    }

    [Fact]
    public void What_follows_two_dashes_is_left_alone() =>
        Assert.Equal(["ls", "--", "--verbose=2"], CommandTree.Expand(["ls", "--", "--verbose=2"]));

    [Fact]
    public void Values_may_be_attached_as_with_restic()
    {
        ParseResult parse = Tree().Parse(["ls", "-r/srv/backup", "--password-file=/pw", "-l", "latest", "@home", "/h"]);

        Assert.Empty(parse.Errors);
        Assert.Equal(["/srv/backup"], parse.GetRequiredValue<string[]>("--repository"));
        Assert.Equal(["/pw"], parse.GetRequiredValue<string[]>("--password-file"));
        Assert.Equal(["@home", "/h"], parse.GetRequiredValue<string[]>("paths"));
    }

    [Theory]
    [InlineData("There is no option --dryrun", "restore", "latest", "--dryrun", "-t", "/x")]
    [InlineData("There is no option -Z", "snapshots", "-Z")]
    [InlineData("There is no option --frob", "init", "--frob")]
    [InlineData("There is no command «bogus»", "bogus")]
    [InlineData("retry-lock", "snapshots", "--retry-lock", "soon")]
    [InlineData("5x", "snapshots", "--retry-lock", "5x")]
    public async Task What_is_not_understood_is_named(string expected, params string[] args)
    {
        var sidecar = new SidecarInProcess();

        SidecarResult result = await sidecar.RunAsync(args);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Contains("--help", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task After_two_dashes_a_path_may_look_like_an_option()
    {
        SidecarResult result = await new SidecarInProcess().RunAsync("snapshots", "--", "-Z");

        Assert.DoesNotContain("There is no option", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("restore", "--help")]
    [InlineData("restore", "--nonsense", "--help")]
    public async Task Help_is_no_error(params string[] args)
    {
        SidecarResult result = await new SidecarInProcess().RunAsync(args);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Help_fits_its_width()
    {
        SidecarResult result = await new SidecarInProcess().RunAsync("restore", "--help");

        Assert.All(result.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }

    private static CommandTree Tree() => new(new SidecarInProcess().NewSession());

    private static IEnumerable<Command> Commands(Command command) =>
        command.Subcommands.SelectMany(Commands).Prepend(command);
}
