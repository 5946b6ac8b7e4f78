using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Lists the keys of the repository.</summary>
internal sealed class KeyListVerb : Verb
{
    public KeyListVerb(VerbContext context)
        : base(context, "list", "List the keys: one for each password. * marks the one in use.") =>
        Examples = [("key list", "shows who made which key, and when")];

    protected override async Task<int> RunAsync(VerbRun run)
    {
        await using Repository repository = await run.OpenAsync();
        IReadOnlyList<KeyInfo> keys = await repository.ListKeysAsync(run.Token);
        if (run.IsJson)
        {
            WriteJson(run, keys);
        }
        else
        {
            var table = new TextTable(" ID", "User", "Host", "Created");
            foreach (KeyInfo key in keys)
            {
                table.Add(
                    [(key.IsCurrent ? "*" : " ") + key.Id.ToShortString()],
                    [Printable.Name(key.Username)],
                    [Printable.Name(key.Hostname)],
                    [key.Damage is null ? TimeText.Local(key.Created, run.Session.Time) : "damaged"]);
            }

            table.Write(run.Out, spaceRows: false);
        }

        KeyInfo[] damaged = [.. keys.Where(key => key.Damage is not null)];
        foreach (KeyInfo key in damaged)
        {
            run.Fault(key.Damage ?? "");
        }

        return damaged.Length == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void WriteJson(VerbRun run, IReadOnlyList<KeyInfo> keys)
    {
        using JsonOutput json = run.OpenJson();
        json.Document(writer =>
        {
            writer.WriteStartArray();
            foreach (KeyInfo key in keys)
            {
                writer.WriteStartObject();
                writer.WriteBoolean("current", key.IsCurrent);
                writer.WriteString("id", key.Id.ToString());
                writer.WriteName("userName", key.Username);
                writer.WriteName("hostName", key.Hostname);
                writer.WriteString("created", key.Damage is null ? TimeText.Local(key.Created, run.Session.Time) : "");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
