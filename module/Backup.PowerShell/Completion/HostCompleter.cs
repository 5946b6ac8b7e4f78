using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Backup.Engine;

namespace Backup.PowerShell.Completion;

/// <summary>Completes hosts that snapshots have.</summary>
public sealed class HostCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IReadOnlyList<Snapshot> snapshots = CompletionCache.Snapshots(fakeBoundParameters);
        return Completions.Matching(snapshots.Select(snapshot => snapshot.Hostname), wordToComplete)
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(value => new CompletionResult(Completions.Quote(value), value, CompletionResultType.ParameterValue, value));
    }
}
