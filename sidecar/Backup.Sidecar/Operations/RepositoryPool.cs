using System.Collections.Concurrent;
using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Dapr.Destinations;
using Backup.Sidecar.Hosting;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Operations;

/// <summary>
/// Opened repositories. Finding the password's key takes the better part of a second on purpose, so a repository that
/// served one request well serves the next one, too. Each is used by one request at a time.
/// </summary>
internal sealed class RepositoryPool : IAsyncDisposable
{
    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(5);

    private readonly ServiceConfiguration _configuration;
    private readonly RepositoryAccess _access;
    private readonly DaprAccess _dapr;
    private readonly TimeProvider _time;
    private readonly ILogger<RepositoryPool> _log;
    private readonly ConcurrentDictionary<string, ConcurrentStack<Idle>> _idle = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _creating = new(1);
    private readonly ITimer _timer;

    public RepositoryPool(ServiceConfiguration configuration, RepositoryAccess access, DaprAccess dapr, TimeProvider time, ILogger<RepositoryPool> log)
    {
        (_configuration, _access, _dapr, _time, _log) = (configuration, access, dapr, time, log);
        _timer = time.CreateTimer(_ => _ = CloseIdleAsync(MaxIdle), null, MaxIdle, MaxIdle);
    }

    /// <summary>An opened repository, from those that are idle or anew.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="mayCreate">Create it where the configuration says so.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Jobs.RequestException">There is no such repository.</exception>
    public async Task<RepositoryLease> RentAsync(string name, bool mayCreate, CancellationToken cancellationToken)
    {
        RepositorySettings settings = _configuration.Current.Repositories.GetValueOrDefault(name)
            ?? throw new Jobs.RequestException(Jobs.RequestException.Unknown, $"There is no repository «{name}».");
        while (_idle.TryGetValue(name, out ConcurrentStack<Idle>? stack) && stack.TryPop(out Idle? idle))
        {
            if (idle.Settings == settings)
            {
                return new RepositoryLease(idle.Repository, name, isNew: false, repository => Return(name, settings, repository));
            }

            await idle.Repository.DisposeAsync(); // the configuration has changed since
        }

        Repository opened = await OpenAsync(name, settings, mayCreate, cancellationToken);
        return new RepositoryLease(opened, name, isNew: true, repository => Return(name, settings, repository));
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await CloseIdleAsync(TimeSpan.Zero);
        _creating.Dispose();
    }

    private async Task<Repository> OpenAsync(string name, RepositorySettings settings, bool mayCreate, CancellationToken cancellationToken)
    {
        using Password password = await _access.PasswordOfAsync(settings, cancellationToken);
        var options = new RepositoryOptions
        {
            Location = settings.Location,
            Password = password.Bytes,
            Connection = await _access.ConnectionOfAsync(settings, cancellationToken),
            CacheFolder = _access.CacheFolderOf(settings),
            PackSizeInBytes = settings.PackSize * 1024 * 1024,
            Compression = Enum.Parse<CompressionLevel>(settings.Compression, ignoreCase: true),
            RetryLock = settings.RetryLock,
            Warn = warning => _log.RepositoryWarning(name, warning),
            Time = _time,
        };
        try
        {
            return await Repository.OpenAsync(WithBackend(options), cancellationToken);
        }
        catch (RepositoryNotFoundException) when (settings.Create && mayCreate)
        {
            return await CreateAsync(name, options, cancellationToken);
        }
    }

    private async Task<Repository> CreateAsync(string name, RepositoryOptions options, CancellationToken cancellationToken)
    {
        await _creating.WaitAsync(cancellationToken);
        try
        {
            Repository created = await Repository.CreateAsync(WithBackend(options), cancellationToken);
            _log.RepositoryCreated(name);
            return created;
        }
        catch (RepositoryExistsException)
        {
            return await Repository.OpenAsync(WithBackend(options), cancellationToken); // another worker was faster
        }
        finally
        {
            _creating.Release();
        }
    }

    // The repository disposes its backend, so each try has one of its own.
    private RepositoryOptions WithBackend(RepositoryOptions options) => DaprLocation.Is(options.Location)
        ? options with { Backend = DaprLocation.Open(options.Location, _dapr.Required) }
        : options;

    private void Return(string name, RepositorySettings settings, Repository repository) =>
        _idle.GetOrAdd(name, _ => new ConcurrentStack<Idle>()).Push(new Idle(settings, repository, _time.GetTimestamp()));

    private async Task CloseIdleAsync(TimeSpan age)
    {
        foreach (ConcurrentStack<Idle> stack in _idle.Values)
        {
            Idle[] all = [.. stack];
            if (all.Length == 0 || stack.TryPopRange(all) is not (> 0 and int popped))
            {
                continue;
            }

            foreach (Idle idle in all.Take(popped).Reverse())
            {
                if (_time.GetElapsedTime(idle.Since) >= age)
                {
                    await idle.Repository.DisposeAsync();
                }
                else
                {
                    stack.Push(idle);
                }
            }
        }
    }

    private sealed record Idle(RepositorySettings Settings, Repository Repository, long Since);
}
