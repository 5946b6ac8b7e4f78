using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Backup.Engine;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Completion;

/// <summary>Completes ids of snapshots, newest first, with time, host and paths as the tooltip; and <c>latest</c>.</summary>
public sealed class SnapshotCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = Completions.Typed(wordToComplete);
        if (SnapshotPath.Latest.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
        {
            yield return new CompletionResult(
                SnapshotPath.Latest, SnapshotPath.Latest, CompletionResultType.ParameterValue, "the newest snapshot");
        }

        foreach (Snapshot snapshot in CompletionCache.Snapshots(fakeBoundParameters))
        {
            if (snapshot.Id.ToString().StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            {
                string id = snapshot.Id.ToShortString();
                yield return new CompletionResult(id, id, CompletionResultType.ParameterValue, Describe(snapshot));
            }
        }
    }

    /// <summary>«2026-11-22 15:56:47 web1 /home, /etc».</summary>
    internal static string Describe(Snapshot snapshot) =>
        $"{FormatHelper.Time(snapshot.Time.ToDateTimeOffset())} {FormatHelper.Name(snapshot.Hostname)} {FormatHelper.List(snapshot.Paths)}".TrimEnd();
}
