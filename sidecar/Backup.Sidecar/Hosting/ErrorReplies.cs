using Backup.Sidecar.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Hosting;

/// <summary>Turns what goes wrong while a request is answered into a reply that says so.</summary>
internal sealed class ErrorReplies(ILogger<ErrorReplies> log)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody listens any more
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            log.RequestFailed(exception, context.Request.Method, context.Request.Path);
            context.Abort(); // a reply that ends early must not look complete
            return;
        }
        catch (Exception exception)
        {
            await ReplyAsync(context, exception);
            return;
        }

        if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null, StatusCode: >= 400 and int status })
        {
            await context.WriteProblemAsync(
                status,
                status == StatusCodes.Status405MethodNotAllowed ? "MethodNotAllowed" : "NotFound",
                $"There is no {context.Request.Method} {context.Request.Path}. {OpenApiEndpoint.Path} describes what there is.");
        }
    }

    private async Task ReplyAsync(HttpContext context, Exception exception)
    {
        int status = ErrorMap.Status(exception);
        if (status >= 500)
        {
            log.RequestFailed(exception, context.Request.Method, context.Request.Path);
        }

        context.Response.Clear();
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        Jobs.JobError error = ErrorMap.JobError(exception);
        await context.WriteProblemAsync(status, error.ErrorId, error.Message);
    }
}
