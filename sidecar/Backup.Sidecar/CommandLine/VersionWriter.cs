using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace Backup.Sidecar.CommandLine;

/// <summary>Says which program this is, on which platform.</summary>
internal sealed class VersionWriter(TextWriter output) : SynchronousCommandLineAction
{
    public static string System => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    public static string Architecture => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    public static string Line => $"backup {Session.Version} on .NET {Environment.Version}, {System}/{Architecture}";

    public override bool Terminating => true;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        output.WriteLine(Line);
        return ExitCodes.Done;
    }
}
