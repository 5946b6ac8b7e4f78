using System.Globalization;
using System.Text.Json;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Backup.Sidecar.Endpoints;

/// <summary>Asking for jobs, looking at them, following and cancelling them.</summary>
internal sealed class JobEndpoints(JobBook book, JobEvents events, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Of a job that another replica does nothing is heard here: so often it is looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/jobs", PostAsync);
        routes.MapGet("/v1/jobs", ListAsync);
        routes.MapGet("/v1/jobs/{id}", GetAsync);
        routes.MapDelete("/v1/jobs/{id}", DeleteAsync);
        routes.MapGet("/v1/jobs/{id}/events", FollowAsync);
    }

    /// <summary>Takes in a request and says which job it became.</summary>
    public static async Task AcceptAsync(HttpContext context, JobBook book, JobRequest request)
    {
        var origin = new JobOrigin(
            JobDoor.Rest,
            context.Request.Headers["Idempotency-Key"].FirstOrDefault() is { Length: > 0 } key ? key : null,
            context.Request.Headers.TraceParent.FirstOrDefault());
        (BackupJob job, bool isNew) = await book.AcceptAsync(request, origin, context.RequestAborted);
        context.Response.Headers.Location = $"/v1/jobs/{job.Id}";
        await context.WriteAsync(job.WithoutContent(), ServiceJson.Default.BackupJob, isNew ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    private async Task PostAsync(HttpContext context) =>
        await AcceptAsync(context, book, await context.ReadAsync(ServiceJson.Default.JobRequest));

    private async Task ListAsync(HttpContext context)
    {
        var filter = new JobFilter
        {
            State = StateOf(context.Query("state")),
            Policy = context.Query("policy"),
            Repository = context.Query("repository"),
            Limit = LimitOf(context.Query("limit")),
        };
        IReadOnlyList<BackupJob> jobs = await book.ListAsync(filter, context.RequestAborted);
        await context.WriteAsync(new JobList([.. jobs.Select(job => job.WithoutContent())]), ServiceJson.Default.JobList);
    }

    private async Task GetAsync(HttpContext context) =>
        await context.WriteAsync((await book.FindAsync(context.Part("id"), context.RequestAborted)).WithoutContent(), ServiceJson.Default.BackupJob);

    private async Task DeleteAsync(HttpContext context)
    {
        BackupJob job = await book.CancelAsync(context.Part("id"), context.RequestAborted);
        await context.WriteAsync(job.WithoutContent(), ServiceJson.Default.BackupJob, job.IsOver ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    /// <summary>Server-sent events: the job as it is, then everything that happens to it, until it is over.</summary>
    private async Task FollowAsync(HttpContext context)
    {
        string id = context.Part("id");
        using JobEvents.Subscription subscription = events.Subscribe(id); // first, so that nothing is missed between
        BackupJob job = await book.FindAsync(id, context.RequestAborted);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await SendAsync(context, "job", job, ending.Token);
            while (!job.IsOver)
            {
                if (await NextAsync(subscription, book.IsActive(id) ? Heartbeat : Look, ending.Token) is { } happened)
                {
                    job = happened.Job;
                    await SendAsync(context, JsonNamingPolicy.CamelCase.ConvertName(happened.Kind.ToString()), job, ending.Token);
                }
                else if (await book.FindAsync(id, ending.Token) is { State: var state } now && state != job.State)
                {
                    job = now; // another replica does it, and this one hears nothing
                    await SendAsync(context, "job", job, ending.Token);
                }
                else
                {
                    await context.Response.WriteAsync(": still here\n\n", ending.Token);
                    await context.Response.Body.FlushAsync(ending.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The listener has gone, or the service stops and the listener connects again.
        }
    }

    /// <summary>What happens next; null if nothing did for a while.</summary>
    private async Task<JobEvent?> NextAsync(JobEvents.Subscription subscription, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var pause = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, pause.Token);
        try
        {
            return await subscription.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task SendAsync(HttpContext context, string name, BackupJob job, CancellationToken cancellationToken)
    {
        string data = JsonSerializer.Serialize(job.WithoutContent(), ServiceJson.Default.BackupJob); // one line: JSON escapes line ends
        await context.Response.WriteAsync($"event: {name}\ndata: {data}\n\n", cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    private static JobState? StateOf(string? text) =>
        text is null ? null
        : Enum.TryParse(text, ignoreCase: true, out JobState state) && Enum.IsDefined(state) && !char.IsAsciiDigit(text[0]) ? state
        : throw new RequestException(RequestException.Invalid, "«state» is queued, running, succeeded, failed or cancelled.");

    private static int LimitOf(string? text) =>
        text is null ? new JobFilter().Limit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= JobFilter.MaxLimit ? limit
        : throw new RequestException(RequestException.Invalid, $"«limit» is a number from 1 to {JobFilter.MaxLimit}.");
}
