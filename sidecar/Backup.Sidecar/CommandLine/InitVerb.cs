using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Creates a repository.</summary>
internal sealed class InitVerb : Verb
{
    private readonly Option<string> _version = new("--repository-version")
    {
        Description = "Format: 2 or stable, or 1 for programs of before 2022, without compression",
        HelpName = "version",
        DefaultValueFactory = _ => "stable",
    };

    private readonly ChunkerOptions _chunker = new();

    public InitVerb(VerbContext context)
        : base(context, "init", "Create a repository: an empty place for snapshots, locked by a password.")
    {
        _version.AcceptOnlyFromAmong("1", "2", "stable", "latest");
        Add(_version);
        Add(_chunker.All);
        Examples =
        [
            ("init -r /srv/backup", "asks twice for a password and creates a repository in that folder"),
            ("init -r /srv/backup -p /etc/backup.pw", "takes the password from a file"),
            ("init -r /srv/second --copy-chunker-params --from-repo /srv/backup", "prepares a repository for copies from another one"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        int version = run.Value(_version) == "1" ? 1 : 2;
        ulong? polynomial = await _chunker.FindPolynomialAsync(run);
        await using Repository repository = await run.CreateAsync(
            options => options with { Version = version, ChunkerPolynomial = polynomial });
        Report(run, repository);
        return ExitCodes.Done;
    }

    /// <summary>Tells that a repository was made.</summary>
    public static void Report(VerbRun run, Repository repository)
    {
        if (run.IsJson)
        {
            using JsonOutput json = run.OpenJson();
            json.Line(writer =>
            {
                writer.WriteString("message_type", "initialized");
                writer.WriteString("id", repository.Config.Id);
                writer.WriteString("repository", repository.Location);
            });
            return;
        }

        run.Say($"created repository {repository.Config.Id[..10]} at {Printable.Name(repository.Location)}");
        run.Say("Keep its password safe: without it nobody, you included, gets anything out of it.");
    }
}
