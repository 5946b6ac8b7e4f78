using Microsoft.Extensions.Hosting;

namespace Backup.Sidecar.Hosting;

/// <summary>Signals are the command line's business.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
