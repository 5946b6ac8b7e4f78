using System.Text.Json;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Dapr.Doors;

/// <summary>
/// Policies in a configuration store. daprd tells of changes until it starts anew, and knows nothing of us then: so they are
/// also looked at once a minute.
/// </summary>
internal sealed class ConfigurationDoor(
    ServiceConfiguration configuration, DaprAccess dapr, TimeProvider time, ILogger<ConfigurationDoor> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _reading = new(1);
    private string? _known;

    private DaprSettings Settings => configuration.Current.Dapr;

    private bool IsWanted => dapr.IsThere && Settings.ConfigurationStore is not ("" or DaprSettings.None);

    public void Map(IEndpointRouteBuilder routes)
    {
        if (IsWanted)
        {
            routes.MapPost($"/configuration/{Settings.ConfigurationStore}/{{key}}", ReceiveAsync);
        }
    }

    /// <summary>Reads the policies and takes them over, if they have changed.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            IReadOnlyDictionary<string, ConfigurationItem> items = await dapr.Required.GetConfigurationAsync(
                Settings.ConfigurationStore, [Settings.PoliciesKey], null, cancellationToken);
            string text = items.GetValueOrDefault(Settings.PoliciesKey)?.Value ?? "{}";
            if (text != _known)
            {
                configuration.SetPolicies(
                    JsonSerializer.Deserialize(text, ServiceJson.Default.DictionaryStringPolicy) ?? throw new JsonException("There are no policies."));
                _known = text;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever is wrong with what others have written: what is known goes on to hold.
            log.ConfigurationRefused(exception.Message);
        }
        finally
        {
            _reading.Release();
        }
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsWanted)
        {
            return;
        }

        await SubscribeAsync(stoppingToken);
        while (true)
        {
            await ReadAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await dapr.Required.WaitForSidecarAsync(cancellationToken);
            await dapr.Required.SubscribeConfigurationAsync(Settings.ConfigurationStore, [Settings.PoliciesKey], null, cancellationToken);
        }
        catch (DaprException exception)
        {
            log.ConfigurationRefused(exception.Message); // changes are seen a minute later
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        await ReadAsync(context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status200OK; // exactly that
    }
}
