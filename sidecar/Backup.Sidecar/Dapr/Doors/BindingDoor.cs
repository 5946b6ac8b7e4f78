using System.Globalization;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Endpoints;
using Backup.Sidecar.Hosting;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Dapr.Doors;

/// <summary>
/// Input bindings, each at the path of its name: one for every configured binding, because daprd takes any path that is
/// answered for a wish to be called.
/// </summary>
internal sealed class BindingDoor(JobBook book, ServiceConfiguration configuration, TimeProvider time, ILogger<BindingDoor> log)
{
    /// <summary>Stands for the policy where what the binding brings is a request.</summary>
    private const string Anything = "*";

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach ((string name, string policy) in configuration.Current.Dapr.Bindings)
        {
            routes.MapPost($"/{name}", context => ReceiveAsync(context, name, policy));
        }
    }

    // The answer is 200 and no other 2xx: with a retry policy daprd takes those for failures.
    private async Task ReceiveAsync(HttpContext context, string name, string policy)
    {
        try
        {
            (JobRequest request, string? key) = policy == Anything
                ? (await context.ReadDocumentAsync(ServiceJson.Default.JobRequest), null)
                : (new JobRequest { Policy = policy }, KeyOf(context, name));
            string? trace = context.Request.Headers.TraceParent.FirstOrDefault();
            await book.AcceptAsync(request, new JobOrigin(JobDoor.Binding, key, trace), context.RequestAborted);
        }
        catch (Exception exception) when (TopicDoor.IsHopeless(exception))
        {
            log.DeliveryDropped(exception.Message); // it would be the same the next time
        }

        await DeliveryReply.SuccessAsync(context);
    }

    /// <summary>A tick comes to every replica: within a minute it is the same one.</summary>
    private string KeyOf(HttpContext context, string name)
    {
        string? text = context.Request.Headers["readTimeUTC"].FirstOrDefault();
        DateTimeOffset tick = text is { Length: >= 19 } && DateTimeOffset.TryParseExact(
            text[..19], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset read)
            ? read
            : time.GetUtcNow();
        return string.Create(CultureInfo.InvariantCulture, $"{name}@{tick.UtcDateTime:yyyy-MM-ddTHH:mmZ}");
    }
}
