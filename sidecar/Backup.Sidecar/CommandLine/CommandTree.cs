using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>All verbs with all options: what the command line is parsed by.</summary>
internal sealed class CommandTree
{
    private readonly Session _session;

    public CommandTree(Session session)
    {
        _session = session;
        var context = new VerbContext(session, Globals);
        Root = new RootCommand(
            "Backs up files, encrypted and deduplicated, into repositories of restic's format, and restores them.");
        Root.Options.Clear(); // the library's help also answers to /h and /?, which are paths here
        Root.Options.Add(new HelpOption("--help", "-h")
        {
            Description = "Show this help",
            Action = new HelpWriter(session.Terminal.Out, () => session.Terminal.Width),
        });
        Root.Options.Add(new VersionOption { Description = "Print the version", Action = new VersionWriter(session.Terminal.Out) });
        foreach (Option option in Globals.All)
        {
            Root.Options.Add(option);
        }

        foreach (Command verb in Verbs(context))
        {
            Root.Subcommands.Add(verb);
        }

    }

    public RootCommand Root { get; }

    public GlobalOptions Globals { get; } = new();

    /// <summary>Parses a command line.</summary>
    public ParseResult Parse(IReadOnlyList<string> args) =>
        Root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // a path may begin with @

    /// <summary>Parses and runs a command line.</summary>
    /// <exception cref="UsageException">It can't be understood.</exception>
    public async Task<int> InvokeAsync(IReadOnlyList<string> args)
    {
        ParseResult parse = Parse(args.Count == 0 && IsServiceConfigured ? [ServeVerb.Verb] : args);
        if (parse.Action is not SynchronousCommandLineAction { ClearsParseErrors: true } && !IsSuggestion(parse))
        {
            if (IsIncomplete(parse))
            {
                new HelpWriter(_session.Terminal.Out, () => _session.Terminal.Width).Write(parse.CommandResult.Command);
                return ExitCodes.Done;
            }

            RefuseErrors(parse);
        }

        // The signals and errors are ours: the library would give the engine two seconds to unlock.
        var configuration = new InvocationConfiguration
        {
            Output = _session.Terminal.Out,
            Error = _session.Terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parse.InvokeAsync(configuration, _session.Interruption.Token);
    }

    /// <summary>Whether errors are to be told as JSON, also where the rest of the command line can't be understood.</summary>
    public bool IsJsonAskedFor(IReadOnlyList<string> args) => Parse(args).GetValue(Globals.Json);

    /// <summary>Writes <c>--verbose=2</c> as the library wants it: as often as it counts.</summary>
    public static List<string> Expand(IReadOnlyList<string> args)
    {
        List<string> expanded = new(args.Count);
        bool isOver = false;
        foreach (string arg in args)
        {
            isOver |= arg == "--";
            int level = isOver ? -1 : arg switch
            {
                "--verbose=0" or "-v=0" => 0,
                "--verbose=1" or "-v=1" => 1,
                "--verbose=2" or "-v=2" or "--verbose=3" or "-v=3" => 2,
                _ => -1,
            };
            expanded.AddRange(level < 0 ? [arg] : Enumerable.Repeat("--verbose", level));
        }

        return expanded;
    }

    /// <summary>Without a verb the service runs, if the environment says what it should serve; else people want help.</summary>
    private bool IsServiceConfigured => (_session.Settings.Get("CONFIG") ?? _session.Settings.Get("REPOSITORY")) is not null;

    private static IEnumerable<Command> Verbs(VerbContext context) =>
    [
        new ServeVerb(context),
        new InitVerb(context),
        new BackupVerb(context),
        new SnapshotsVerb(context),
        new ListVerb(context),
        new FindVerb(context),
        new DumpVerb(context),
        new RestoreVerb(context),
        new DiffVerb(context),
        new CheckVerb(context),
        new ForgetVerb(context),
        new TagVerb(context),
        new RepairVerbs(context),
        new RewriteVerb(context),
        new MigrateVerb(context),
        new RecoverVerb(context),
        new CopyVerb(context),
        new ReplicateVerb(context),
        new StatsVerb(context),
        new UsageVerb(context),
        new CatVerb(context),
        new KeyVerbs(context),
        new PruneVerb(context),
        new UnlockVerb(context),
        new CacheVerb(context),
        new VersionVerb(context),
        new CompletionVerb(context),
    ];

    private bool IsSuggestion(ParseResult parse) => Root.Directives.Any(directive => parse.GetResult(directive) is not null);

    /// <summary>Whether the command line ends where a verb is expected: the help shows which there are.</summary>
    private static bool IsIncomplete(ParseResult parse) =>
        parse.CommandResult.Command.Subcommands.Count > 0 && parse.UnmatchedTokens.Count == 0;

    private static void RefuseErrors(ParseResult parse)
    {
        string command = CommandPath.Of(parse.CommandResult.Command);
        string? error = UnknownOption(parse) is { } option
            ? $"There is no option {Printable.Name(option)}."
                + (parse.CommandResult.Command.Arguments.Count > 0 ? " If it is a path, write -- before it." : "")
            : parse.CommandResult.Command.Subcommands.Count > 0 ? $"There is no command «{Printable.Name(parse.UnmatchedTokens[0])}»."
            : parse.Errors.Count > 0 ? parse.Errors[0].Message : null;
        if (error is not null)
        {
            throw new UsageException($"{error}\nSee {command} --help.");
        }
    }

    /// <summary>The library takes an option that it doesn't know for an argument: a typing error would become a path.</summary>
    private static string? UnknownOption(ParseResult parse)
    {
        IReadOnlyList<Token> tokens = parse.Tokens;
        if (parse.UnmatchedTokens is [['-', _, ..] unmatched, ..])
        {
            return unmatched;
        }

        IEnumerable<Token> arguments = parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens);
        Token? dashes = tokens.FirstOrDefault(token => token.Type == TokenType.DoubleDash);
        int end = dashes is null ? tokens.Count : IndexOf(tokens, dashes);
        return arguments.FirstOrDefault(token =>
            token.Value is ['-', _, ..] && IndexOf(tokens, token) is int index && index >= 0 && index < end)?.Value;
    }

    private static int IndexOf(IReadOnlyList<Token> tokens, Token token)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if (ReferenceEquals(tokens[i], token))
            {
                return i;
            }
        }

        return -1;
    }
}
