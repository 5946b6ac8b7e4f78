using Backup.Sidecar.Configuration;

namespace Backup.Sidecar.Dapr;

/// <summary>The Dapr beside the service, if there is one.</summary>
internal sealed class DaprAccess(IDaprClient? client) : IDisposable
{
    /// <summary>Null: there is none.</summary>
    public IDaprClient? Client => client;

    public bool IsThere => client is not null;

    /// <summary>The client, for what can't be done without.</summary>
    /// <exception cref="ConfigurationException">There is no Dapr.</exception>
    public IDaprClient Required => client
        ?? throw new ConfigurationException("This needs Dapr, and there is none. Start it beside the service, or set Dapr:Enabled.");

    /// <summary>As settings and environment say.</summary>
    public static DaprAccess Of(DaprSettings settings, Func<string, string?> environment, TimeProvider time)
    {
        if (!(settings.Enabled ?? DaprOptions.IsConfigured(environment)))
        {
            return new DaprAccess(null);
        }

        try
        {
            return new DaprAccess(new DaprClient(DaprOptions.FromEnvironment(environment) with { Time = time }));
        }
        catch (FormatException exception)
        {
            throw new ConfigurationException(exception.Message, exception);
        }
    }

    public void Dispose() => client?.Dispose();
}
