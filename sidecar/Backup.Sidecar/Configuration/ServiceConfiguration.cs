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
    /// <summary>The section of the configuration that is ours.</summary>
    public const string Section = "Backup";

    private readonly IConfiguration _source;
    private readonly string? _file;
    private readonly Action<Exception> _refused;
    private readonly IDisposable _watch;
    private readonly Lock _gate = new();
    private IReadOnlyDictionary<string, Policy> _morePolicies = new Dictionary<string, Policy>();

    /// <summary>Reads the configuration and watches it.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="refused">Hears why a change was not taken over.</param>
    /// <param name="file">The file that is a part of it, if one is.</param>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public ServiceConfiguration(IConfiguration source, Action<Exception> refused, string? file = null)
    {
        (_source, _refused, _file) = (source, refused, file);
        Current = Read(source, file);
        _watch = ChangeToken.OnChange(source.GetReloadToken, Reload);
    }

    public ServiceOptions Current { get; private set; }

    /// <summary>Raised after the settings have changed.</summary>
    public event Action? Changed;

    /// <summary>Takes over policies from elsewhere; of two of the same name theirs counts.</summary>
    /// <exception cref="ConfigurationException">They make no sense; everything stays as it was.</exception>
    public void SetPolicies(IReadOnlyDictionary<string, Policy> policies)
    {
        lock (_gate)
        {
            Current = With(Read(_source, _file), policies);
            _morePolicies = policies;
        }

        Changed?.Invoke();
    }

    public void Dispose() => _watch.Dispose();

    /// <summary>Reads the settings.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="file">The file that is a part of it, if one is.</param>
    /// <exception cref="ConfigurationException">They make no sense.</exception>
    public static ServiceOptions Read(IConfiguration source, string? file = null)
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

        options = options with { ConfigurationFile = file };
        ServiceOptionsCheck.Run(options);
        return options;
    }

    private static string At(JsonException exception) => exception.Path is { Length: > 1 } path ? $" at {path[2..]}" : "";

    private static string Reason(JsonException exception)
    {
        int end = exception.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    private static ServiceOptions With(ServiceOptions options, IReadOnlyDictionary<string, Policy> policies)
    {
        if (policies.Count == 0)
        {
            return options;
        }

        var all = new Dictionary<string, Policy>(options.Policies);
        foreach ((string name, Policy policy) in policies)
        {
            all[name] = policy;
        }

        ServiceOptions merged = options with { Policies = all };
        ServiceOptionsCheck.Run(merged);
        return merged;
    }

    private void Reload()
    {
        lock (_gate)
        {
            try
            {
                Current = With(Read(_source, _file), _morePolicies);
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
