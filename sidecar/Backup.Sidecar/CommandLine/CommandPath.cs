using System.CommandLine;

namespace Backup.Sidecar.CommandLine;

/// <summary>A command as it is typed: the program and the verbs that lead to it.</summary>
internal static class CommandPath
{
    /// <summary>The name the program is called by, however it was started.</summary>
    public const string Program = "backup-sidecar";

    /// <summary><c>backup-sidecar key add</c>.</summary>
    public static string Of(Command command) => command is RootCommand
        ? Program
        : $"{Of(command.Parents.OfType<Command>().First())} {command.Name}";
}
