using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Removes a password.</summary>
internal sealed class KeyRemoveVerb : Verb
{
    private readonly Argument<string> _key = new("key")
    {
        Description = "The key's id, or the beginning of it: see key list",
        HelpName = "ID",
    };

    public KeyRemoveVerb(VerbContext context)
        : base(context, "remove", "Remove a password. The one in use can't be removed.")
    {
        Arguments.Add(_key);
        Examples = [("key remove 34e06d52", "removes the key of this id")];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        await using Repository repository = await run.OpenAsync();
        Digest key = await repository.RemoveKeyAsync(run.Value(_key) ?? "", run.Token);
        KeyReport.Tell(run, "key_removed", key, $"removed key {key.ToShortString()}");
        return ExitCodes.Done;
    }
}
