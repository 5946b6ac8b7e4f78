using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Removes locks that were left behind.</summary>
internal sealed class UnlockVerb : Verb
{
    private readonly Flag _removeAll = new("--remove-all")
    {
        Description = "Remove all locks, even those in use: only when nothing else works on the repository",
    };

    public UnlockVerb(VerbContext context)
        : base(context, "unlock", "Remove locks that were left behind: of processes here that have ended, or older than half an hour.")
    {
        Add(_removeAll);
        Examples = [("unlock", "removes the lock of a backup that was killed")];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        await using Repository repository = await run.OpenAsync();
        int count = await repository.UnlockAsync(run.Value(_removeAll), run.Token);
        if (run.IsJson)
        {
            using JsonOutput json = run.OpenJson();
            json.Line(writer =>
            {
                writer.WriteString("message_type", "summary");
                writer.WriteNumber("locks_removed", count);
            });
        }
        else
        {
            run.Say(count switch
            {
                0 => "no lock was left behind",
                1 => "removed 1 lock",
                _ => $"removed {count} locks",
            });
        }

        return ExitCodes.Done;
    }
}
