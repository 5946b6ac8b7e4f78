using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Hosting;

/// <summary>Runs the service from the start of the process to the signal that ends it.</summary>
internal static class ServiceProcess
{
    /// <summary>Runs it.</summary>
    /// <param name="settings">How.</param>
    /// <param name="stop">Cancelled when it shall end.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ServeSettings settings, CancellationToken stop)
    {
        await using Service service = Service.Create(settings);
        await service.StartAsync(stop);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = stop.Register(stopping.SetResult);
        await stopping.Task;
        await service.StopAsync(CancellationToken.None);
        return ExitCodes.Done;
    }
}
