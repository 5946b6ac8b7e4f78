using System.CommandLine;

namespace Backup.Sidecar.CommandLine;

/// <summary>What all verbs of a command tree share.</summary>
internal sealed record VerbContext(Session Session, GlobalOptions Globals)
{
    /// <summary>Begins an invocation.</summary>
    public VerbRun Start(ParseResult parse) => new(Session, Globals, parse);
}
