using System.CommandLine;
using System.CommandLine.Invocation;

namespace Backup.Sidecar.CommandLine;

/// <summary>Writes the help of a command: use, options of its own, options of all, examples and exit codes.</summary>
internal sealed class HelpWriter(TextWriter output, Func<int> width) : SynchronousCommandLineAction
{
    private const int WidestName = 34;

    public override bool Terminating => true;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command);
        return ExitCodes.Done;
    }

    /// <summary>Writes the help of one command.</summary>
    public void Write(Command command)
    {
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine("Usage:");
        output.WriteLine($"  {Usage(command)}");
        WriteSection("Commands", command.Subcommands.Where(IsShown).Select(verb => (verb.Name, FirstSentence(verb.Description ?? ""))));
        WriteSection("Arguments", command.Arguments.Where(IsShown).Select(argument => (Name(argument), argument.Description ?? "")));
        WriteSection("Options", command.Options.Where(option => IsShown(option) && !option.Recursive).Select(Row));
        if (command is Verb verb)
        {
            WriteExamples(verb);
        }

        WriteSection("Global options", Ancestry(command).SelectMany(one => one.Options)
            .Where(option => IsShown(option) && option.Recursive).Select(Row));

        if (command is RootCommand)
        {
            output.WriteLine();
            output.WriteLine($"Examples and options of a command: {CommandPath.Program} COMMAND --help");
            WriteExitCodes();
        }
    }

    private static bool IsShown(Symbol symbol) => !symbol.Hidden;

    private static string FirstSentence(string text)
    {
        int end = text.AsSpan().IndexOfAny('.', ':');
        return end < 0 ? text : text[..end];
    }

    private static IEnumerable<Command> Ancestry(Command command)
    {
        for (Command? one = command; one is not null; one = one.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return one;
        }
    }

    private static string Usage(Command command)
    {
        List<string> parts = [CommandPath.Of(command)];
        if (command.Subcommands.Count > 0)
        {
            parts.Add("COMMAND");
        }

        parts.Add("[options]");
        foreach (Argument argument in command.Arguments.Where(IsShown))
        {
            string name = Name(argument) + (argument.Arity.MaximumNumberOfValues > 1 ? "…" : "");
            parts.Add(argument.Arity.MinimumNumberOfValues > 0 ? name : $"[{name}]");
        }

        return string.Join(' ', parts);
    }

    private static string Name(Argument argument) => argument.HelpName ?? argument.Name.ToUpperInvariant();

    private static (string Name, string Text) Row(Option option)
    {
        IEnumerable<string> shortNames = option.Aliases.Prepend(option.Name).Where(name => !name.StartsWith("--", StringComparison.Ordinal));
        IEnumerable<string> longNames = option.Aliases.Prepend(option.Name).Where(name => name.StartsWith("--", StringComparison.Ordinal));
        string names = string.Join(", ", shortNames.Concat(longNames).Where(name => name != "--repo"));
        string indent = shortNames.Any(name => name.StartsWith('-')) ? "" : "    ";
        return (option.HelpName is null ? indent + names : $"{indent}{names} {option.HelpName}", option.Description ?? "");
    }

    private void WriteSection(string title, IEnumerable<(string Name, string Text)> rows)
    {
        (string Name, string Text)[] all = [.. rows];
        if (all.Length == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"{title}:");
        int column = Math.Min(WidestName, all.Max(row => row.Name.Length));
        foreach ((string name, string text) in all)
        {
            WriteRow(name, text, column);
        }
    }

    private void WriteRow(string name, string text, int column)
    {
        output.Write($"  {name.PadRight(column)}  ");
        string indent = new(' ', column + 4);
        if (name.Length > column)
        {
            output.WriteLine();
            output.Write(indent);
        }

        int room = Math.Max(20, width() - indent.Length);
        int used = 0;
        foreach (string word in text.Split(' '))
        {
            if (used > 0 && used + 1 + word.Length > room)
            {
                output.WriteLine();
                output.Write(indent);
                used = 0;
            }

            output.Write(used > 0 ? $" {word}" : word);
            used += word.Length + (used > 0 ? 1 : 0);
        }

        output.WriteLine();
    }

    private void WriteExamples(Verb verb)
    {
        if (verb.Examples.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Examples:");
        }

        foreach ((string commandLine, string purpose) in verb.Examples)
        {
            output.WriteLine($"  {CommandPath.Program} {commandLine}");
            output.WriteLine($"      {purpose}");
        }
    }

    private void WriteExitCodes()
    {
        output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach ((int code, string meaning) in ((int, string)[])
        [
            (ExitCodes.Done, "done"),
            (ExitCodes.Failed, "failed, or found faults"),
            (ExitCodes.Incomplete, "a snapshot was made, but some of the source could not be read"),
            (ExitCodes.NoRepository, "there is no repository"),
            (ExitCodes.Locked, "the repository is locked"),
            (ExitCodes.WrongPassword, "the password is wrong"),
            (ExitCodes.Interrupted, "stopped by Ctrl+C"),
        ])
        {
            output.WriteLine($"  {code,3}  {meaning}");
        }
    }
}
