using System.Text.Json;
using System.Text.Json.Nodes;
using Backup.Sidecar.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Backup.Sidecar.Configuration;

/// <summary>
/// The settings as they are now. Repositories, policies and roots follow the configuration while the service runs; a
/// configuration that makes no sense leaves everything as it was.
/// </summary>
internal sealed class ServiceConfiguration : IDisposable
{
    private const string Section = "Backup";

    private readonly IConfiguration _source;
    private readonly Action<Exception> _refused;
    private readonly IDisposable _watch;
    private readonly Lock _gate = new();

    /// <summary>Reads the configuration and watches it.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="refused">Hears why a change was not taken over.</param>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public ServiceConfiguration(IConfiguration source, Action<Exception> refused)
    {
        (_source, _refused) = (source, refused);
        Current = Read(source);
        _watch = ChangeToken.OnChange(source.GetReloadToken, Reload);
    }

    public ServiceOptions Current { get; private set; }

    /// <summary>Raised after the settings have changed.</summary>
    public event Action? Changed;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="ConfigurationException">They make no sense.</exception>
    public static ServiceOptions Read(IConfiguration source)
    {
        ServiceOptions options;
        try
        {
            JsonNode json = ConfigurationTree.ToJson(source.GetSection(Section)) ?? new JsonObject();
            options = json.Deserialize(ServiceJson.OfConfiguration.ServiceOptions) ?? new ServiceOptions();
        }
        catch (JsonException exception)
        {
            // The message names the member, never its value: that may be a password.
            throw new ConfigurationException($"The configuration of {Section} can't be understood{At(exception)}: {Reason(exception)}", exception);
        }

        ServiceOptionsCheck.Run(options);
        return options;
    }

    public void Dispose() => _watch.Dispose();

    private static string At(JsonException exception) => exception.Path is { Length: > 1 } path ? $" at {path[2..]}" : "";

    private static string Reason(JsonException exception)
    {
        int end = exception.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    private void Reload()
    {
        lock (_gate)
        {
            try
            {
                Current = Read(_source);
            }
            catch (ConfigurationException exception)
            {
                _refused(exception);
                return;
            }
        }

        Changed?.Invoke();
    }
}
