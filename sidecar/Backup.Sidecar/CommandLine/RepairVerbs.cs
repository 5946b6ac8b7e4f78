using System.CommandLine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The verbs that repair what a check has found.</summary>
internal sealed class RepairVerbs : Command
{
    public RepairVerbs(VerbContext context)
        : base("repair", "Repair what check has found: first the config, then the index, then packs, then snapshots.")
    {
        Subcommands.Add(new RepairConfigVerb(context));
        Subcommands.Add(new RepairIndexVerb(context));
        Subcommands.Add(new RepairPacksVerb(context));
        Subcommands.Add(new RepairSnapshotsVerb(context));
    }
}
