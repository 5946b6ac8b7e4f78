using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Changes the repository's format.</summary>
internal sealed class MigrateVerb : Verb
{
    private readonly Argument<string[]> _names = new("names")
    {
        Description = "What to change: upgrade_repo_v2 (default: list what can be changed)",
        HelpName = "NAME",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public MigrateVerb(VerbContext context)
        : base(context, "migrate", "Change the format of an old repository, after a check.")
    {
        Arguments.Add(_names);
        Examples =
        [
            ("migrate", "lists what can be changed"),
            ("migrate upgrade_repo_v2", "lets the repository hold compressed data; programs of before 2022 can't read it then"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string[] names = run.Values(_names);
        await using Repository repository = await run.OpenAsync();
        if (names.Length == 0)
        {
            Tell(run, "migration_available", repository.Migrations, "can be applied: ", "there is nothing to change");
            return ExitCodes.Done;
        }

        var applied = new List<string>();
        var display = new CheckProgressText(run);
        foreach (string name in names)
        {
            using var progress = new ProgressSink<CheckProgress>(display.Show);
            if (await run.Display.RunAsync(run.WantsProgress, () => repository.MigrateAsync(name, progress, run.Token)))
            {
                applied.Add(name);
            }
        }

        Tell(run, "migration_applied", applied, "applied: ", "there is nothing to change");
        return ExitCodes.Done;
    }

    private static void Tell(VerbRun run, string messageType, IReadOnlyList<string> names, string before, string ifNone)
    {
        if (run.IsJson)
        {
            using JsonOutput json = run.OpenJson();
            foreach (string name in names)
            {
                json.Line(writer =>
                {
                    writer.WriteString("message_type", messageType);
                    writer.WriteString("name", name);
                });
            }

            json.Line(writer =>
            {
                writer.WriteString("message_type", "summary");
                writer.WriteNumber("migrations", names.Count);
            });
            return;
        }

        run.Say(names.Count == 0 ? ifNone : before + string.Join(", ", names));
    }
}
