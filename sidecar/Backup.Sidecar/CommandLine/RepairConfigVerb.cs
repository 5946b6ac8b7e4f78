using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Writes a new config where it was lost or damaged.</summary>
internal sealed class RepairConfigVerb : Verb
{
    private readonly ChunkerOptions _chunker = new();

    public RepairConfigVerb(VerbContext context)
        : base(
            context,
            "config",
            "Write a new config where it was lost or damaged. Nothing that is stored needs the old one, but files that are backed up "
            + "again are cut at other places and stored once more, unless a repository with the same chunker parameters is named.")
    {
        Add(_chunker.All);
        Examples =
        [
            ("repair config", "makes a repository without a sound config usable again"),
            ("repair config --copy-chunker-params --from-repo /mnt/usb/replica", "takes over where a replica or copy cuts files"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        ulong? polynomial = await _chunker.FindPolynomialAsync(run);
        bool isNew = await run.WithPasswordAsync(
            (options, token) => Repository.RepairConfigAsync(options with { ChunkerPolynomial = polynomial }, token));
        if (run.IsJson)
        {
            using JsonOutput json = run.OpenJson();
            json.Line(writer =>
            {
                writer.WriteString("message_type", "summary");
                writer.WriteBoolean("config_saved", isNew);
            });
        }

        run.Say(isNew ? "a new config was written. Run a check: backup-sidecar check" : "the config is sound: nothing to do");
        return ExitCodes.Done;
    }
}
