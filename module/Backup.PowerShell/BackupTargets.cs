using System.Security;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell;

/// <summary>The repositories that one backup goes to. Of several, one that can't be opened is told, and the others go on.</summary>
internal sealed class BackupTargets
{
    private readonly RepositoryCommand _cmdlet;
    private readonly List<(string Name, BackupRepository? Repository, Fault? Fault)> _all = [];

    /// <summary>Opens them.</summary>
    /// <param name="cmdlet">What works on them, and closes those that it has opened.</param>
    /// <param name="references">Which; empty: the one that is meant when none is named.</param>
    /// <param name="password">The password of all of them; null: wherever each is kept.</param>
    public BackupTargets(RepositoryCommand cmdlet, IReadOnlyList<RepositoryReference> references, SecureString? password)
    {
        _cmdlet = cmdlet;
        if (references.Count < 2)
        {
            BackupRepository only = cmdlet.Open(references.Count == 0 ? null : references[0], password);
            _all.Add((only.Name, only, null));
            return;
        }

        foreach (RepositoryReference reference in references)
        {
            string name = LocationSyntax.WithoutSecret(reference.Text);
            BackupRepository? opened = null;
            Fault? fault = cmdlet.Try(() =>
            {
                name = LocationSyntax.WithoutSecret(cmdlet.FindPlace(reference).Location);
                opened = cmdlet.Open(reference, password);
            });
            if (fault is not null)
            {
                cmdlet.Fail(fault);
            }

            _all.Add((name, opened, fault));
        }
    }

    /// <summary>Those that are open.</summary>
    public IReadOnlyList<BackupRepository> Opened => [.. _all.Select(each => each.Repository).OfType<BackupRepository>()];

    /// <summary>All of them, as a question names them.</summary>
    public string Names => string.Join(", ", Opened.Select(repository => repository.Name));

    /// <summary>Backs up into those that are open. One in which that fails is told; if it can't be done at all, the cmdlet ends.</summary>
    /// <param name="work">The backup, on other threads.</param>
    /// <param name="foreground">What this thread does meanwhile.</param>
    /// <returns>What became of each that is open, in their order.</returns>
    public IReadOnlyList<BackupTargetResult> Work(
        Func<IReadOnlyList<Repository>, PipelineBus, CancellationToken, Task<IReadOnlyList<BackupTargetResult>>> work, Action? foreground)
    {
        IReadOnlyList<BackupRepository> opened = Opened;
        int pipelineThread = Environment.CurrentManagedThreadId;
        IReadOnlyList<BackupTargetResult> results = [];
        Exception? exception = _cmdlet.TryRun(
            async (bus, token) =>
            {
                var leases = new Dictionary<string, RepositoryLease>(StringComparer.Ordinal);
                try
                {
                    // In one order, whoever asks, so that no two commands wait for each other.
                    foreach (BackupRepository repository in opened.DistinctBy(IdOf).OrderBy(IdOf, StringComparer.Ordinal))
                    {
                        leases.Add(IdOf(repository), await repository.WriteAsync(pipelineThread, token).ConfigureAwait(false));
                    }

                    results = await work([.. opened.Select(repository => leases[IdOf(repository)].Engine)], bus, token).ConfigureAwait(false);
                }
                finally
                {
                    foreach (RepositoryLease lease in leases.Values)
                    {
                        lease.Dispose();
                    }
                }
            },
            foreground);
        foreach (BackupRepository repository in opened)
        {
            _cmdlet.TellWarnings(repository);
        }

        if (exception is not null)
        {
            _cmdlet.Stop(exception, Names);
        }

        foreach ((BackupTargetResult result, BackupRepository repository) in results.Zip(opened))
        {
            if (result.Error is { } error)
            {
                _cmdlet.Fail(ErrorMap.Of(error, repository.Name));
            }
        }

        return results;
    }

    /// <summary>What became of all of them, in the order in which they are named, each with its location.</summary>
    /// <param name="done">What became of those that are open.</param>
    public IEnumerable<(string Location, BackupSummary? Summary, Fault? Fault)> Outcomes(IReadOnlyList<BackupTargetResult> done)
    {
        int next = 0;
        foreach ((string name, BackupRepository? repository, Fault? fault) in _all)
        {
            if (repository is null)
            {
                yield return (name, null, fault);
                continue;
            }

            BackupTargetResult result = done[next++];
            yield return (repository.Location, result.Summary, result.Error is null ? null : ErrorMap.Of(result.Error, repository.Name));
        }
    }

    private static string IdOf(BackupRepository repository) => repository.Id ?? ""; // what is open has one
}
