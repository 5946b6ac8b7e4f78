using System.CommandLine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The verbs about passwords.</summary>
internal sealed class KeyVerbs : Command
{
    public KeyVerbs(VerbContext context)
        : base("key", "List, add, change and remove passwords of the repository.")
    {
        Subcommands.Add(new KeyListVerb(context));
        Subcommands.Add(new KeyAddVerb(context));
        Subcommands.Add(new KeyChangeVerb(context));
        Subcommands.Add(new KeyRemoveVerb(context));
    }
}
