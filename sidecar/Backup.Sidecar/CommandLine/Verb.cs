using System.CommandLine;

namespace Backup.Sidecar.CommandLine;

/// <summary>A verb of the command line: its options, its help and what it does.</summary>
internal abstract class Verb : Command
{
    private protected Verb(VerbContext context, string name, string description)
        : base(name, description) =>
        SetAction(async (parse, _) =>
        {
            VerbRun run = context.Start(parse);
            int code = await RunAsync(run);
            run.StepTraffic();
            return code;
        });

    /// <summary>Command lines that show what the verb is good for, each with what it does.</summary>
    public IReadOnlyList<(string CommandLine, string Purpose)> Examples { get; protected init; } = [];

    /// <summary>Does it.</summary>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    protected abstract Task<int> RunAsync(VerbRun run);

    /// <summary>Adds options, in the order in which the help shows them.</summary>
    protected void Add(params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            Options.Add(option);
        }
    }
}
