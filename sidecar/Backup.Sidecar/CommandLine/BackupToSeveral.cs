using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>One backup to several repositories: what can't be opened or fails is told, and the others go on.</summary>
/// <param name="run">The invocation.</param>
/// <param name="reporter">Tells how it goes.</param>
/// <param name="creates">Whether repositories that aren't there are created, like those that are.</param>
internal sealed class BackupToSeveral(VerbRun run, BackupReporter reporter, bool creates)
{
    private readonly List<(int Place, Repository Repository)> _opened = [];

    /// <summary>Runs it.</summary>
    /// <param name="repositories">Where to, each with where its password is.</param>
    /// <param name="options">What, and how.</param>
    /// <returns>The exit code: failed if there is any repository without this backup.</returns>
    public async Task<int> RunAsync(IReadOnlyList<(RepositoryOptions Options, PasswordPlace Place)> repositories, BackupOptions options)
    {
        var results = new BackupTargetResult[repositories.Count];
        try
        {
            await OpenAsync(repositories, results);
            await BackupAsync(options, results);
            foreach ((_, Repository repository) in _opened)
            {
                run.Step($"transferred, {Printable.Name(repository.Location)}: {TrafficText.Format(repository.Traffic)}");
            }
        }
        finally
        {
            foreach ((_, Repository repository) in _opened)
            {
                await repository.DisposeAsync();
            }
        }

        reporter.Finish(results);
        return Array.Exists(results, result => result.Error is not null) ? ExitCodes.Failed
            : Array.Exists(results, result => result.Summary is { Skipped.Count: > 0 }) ? ExitCodes.Incomplete
            : ExitCodes.Done;
    }

    private async Task OpenAsync(
        IReadOnlyList<(RepositoryOptions Options, PasswordPlace Place)> repositories, BackupTargetResult[] results)
    {
        var missing = new List<int>();
        for (int i = 0; i < repositories.Count; i++)
        {
            (RepositoryOptions options, PasswordPlace place) = repositories[i];
            try
            {
                _opened.Add((i, await run.OpenAsync(options, place, PasswordsOf(options))));
            }
            catch (RepositoryNotFoundException) when (creates)
            {
                missing.Add(i);
            }
            catch (BackupException exception)
            {
                results[i] = Failed(options, exception);
            }
        }

        foreach (int i in missing)
        {
            (RepositoryOptions options, PasswordPlace place) = repositories[i];
            try
            {
                // It has to cut files where those do that are there.
                ulong? polynomial = _opened.Count == 0 ? null : _opened[0].Repository.Config.ChunkerPolynomial;
                Repository created = await run.CreateAsync(
                    options with { ChunkerPolynomial = polynomial }, place, PasswordsOf(options), Repository.CreateAsync);
                _opened.Add((i, created));
                InitVerb.Report(run, created);
            }
            catch (BackupException exception)
            {
                results[i] = Failed(options, exception);
            }
        }
    }

    private async Task BackupAsync(BackupOptions options, BackupTargetResult[] results)
    {
        if (_opened.Count == 0)
        {
            return;
        }

        using var progress = new ProgressSink<BackupProgress>(reporter.Show);
        IReadOnlyList<BackupTargetResult> done = await run.Display.RunAsync(
            run.WantsProgress,
            () => Repository.BackupAsync([.. _opened.Select(opened => opened.Repository)], options, progress, run.Token));
        progress.Dispose(); // nothing comes between the lines of the summary
        for (int i = 0; i < done.Count; i++)
        {
            results[_opened[i].Place] = done[i];
        }
    }

    private PasswordSource PasswordsOf(RepositoryOptions options) =>
        run.PasswordsOf(run.Session.Settings, Printable.Name(Repository.DisplayLocation(options.Location)));

    private static BackupTargetResult Failed(RepositoryOptions options, BackupException exception) =>
        new() { Location = Repository.DisplayLocation(options.Location), Error = exception };
}
