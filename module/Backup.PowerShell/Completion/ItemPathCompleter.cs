using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Backup.Engine;

namespace Backup.PowerShell.Completion;

/// <summary>Completes paths in a snapshot: the one that is typed already, else the newest.</summary>
public sealed class ItemPathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = Completions.Typed(wordToComplete);
        string snapshot = fakeBoundParameters["Snapshot"]?.ToString() is { Length: > 0 } given ? given : SnapshotPath.Latest;
        IReadOnlyList<string> items = CompletionCache.Items(fakeBoundParameters, snapshot, Completions.FolderOf(typed));
        return Completions.Matching(items, typed.StartsWith('/') ? typed : "/" + typed)
            .Select(path => new CompletionResult(Completions.Quote(path), path.TrimEnd('/')[(path.TrimEnd('/').LastIndexOf('/') + 1)..], CompletionResultType.ParameterValue, path));
    }
}
