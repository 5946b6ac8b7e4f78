using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>What messages of the engine tell people to do or to set, as verbs and options.</summary>
internal static class CommandWording
{
    private static readonly Dictionary<string, string> Commands = new(StringComparer.Ordinal)
    {
        [Remedy.Create] = "«init»",
        [Remedy.CreateAlike] = "«init --copy-chunker-params --from-repo»",
        [Remedy.ListSnapshots] = "«snapshots»",
        [Remedy.Unlock] = "«unlock»",
        [Remedy.UnlockAll] = "«unlock --remove-all»",
        [Remedy.RepairConfig] = "«repair config»",
        [Remedy.CaCertificate] = "«--cacert»",
    };

    /// <summary>The message in the command line's words.</summary>
    public static string Of(string message) => Remedy.Reword(
        message, static command => Commands.GetValueOrDefault(command, command), static (name, value) => $"«-o {name}={value}»");
}
