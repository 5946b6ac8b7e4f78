using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Completion;

/// <summary>Completes names of repositories: registered ones, and those that are connected.</summary>
public sealed class RepositoryCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IEnumerable<(string Name, string Location)> all =
        [
            .. SessionStore.Current.Connections.Select(each => (each.Name, each.Location)),
            .. Registered().Select(each => (each.Name, each.Location)),
        ];
        string typed = Completions.Typed(wordToComplete);
        return from repository in all.DistinctBy(each => each.Name, StringComparer.OrdinalIgnoreCase)
               where repository.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
               select new CompletionResult(
                   Completions.Quote(repository.Name), repository.Name, CompletionResultType.ParameterValue, repository.Location);
    }

    private static IReadOnlyList<Registration> Registered()
    {
        try
        {
            return RegistrationStore.OfUser.Load();
        }
        catch (Exception exception) when (exception is CommandException or IOException or UnauthorizedAccessException)
        {
            return []; // a cmdlet will say it
        }
    }
}
