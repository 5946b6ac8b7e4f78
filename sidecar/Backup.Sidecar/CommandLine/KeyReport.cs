using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells what became of a key.</summary>
internal static class KeyReport
{
    public static void Tell(VerbRun run, string messageType, Digest key, string text)
    {
        if (!run.IsJson)
        {
            run.Say(text);
            return;
        }

        using JsonOutput json = run.OpenJson();
        json.Line(writer =>
        {
            writer.WriteString("message_type", messageType);
            writer.WriteString("id", key.ToString());
        });
    }
}
