namespace Backup.Sidecar.CommandLine;

/// <summary>Says which program this is.</summary>
internal sealed class VersionVerb : Verb
{
    public VersionVerb(VerbContext context)
        : base(context, "version", "Print the version of this program.")
    {
    }

    protected override Task<int> RunAsync(VerbRun run)
    {
        if (run.IsJson)
        {
            using JsonOutput json = run.OpenJson();
            json.Line(writer =>
            {
                writer.WriteString("message_type", "version");
                writer.WriteString("version", Session.Version);
                writer.WriteString("dotnet_version", Environment.Version.ToString());
                writer.WriteString("os", VersionWriter.System);
                writer.WriteString("arch", VersionWriter.Architecture);
            });
        }
        else
        {
            run.Out.WriteLine(VersionWriter.Line);
        }

        return Task.FromResult(ExitCodes.Done);
    }
}
