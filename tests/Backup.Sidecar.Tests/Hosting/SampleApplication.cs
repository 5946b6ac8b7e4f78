using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>A microservice that can be quiesced and resumed.</summary>
internal sealed class SampleApplication : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SampleApplication(WebApplication app) => _app = app;

    /// <summary>What was called, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Answers itself, unless it says no.</summary>
    public Func<HttpContext, Task<bool>> Answer { get; set; } = _ => Task.FromResult(false);

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First() ?? "";

    public static async Task<SampleApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var sample = new SampleApplication(app);
        app.Run(async context =>
        {
            sample.Calls.Enqueue($"{context.Request.Method} {context.Request.Path}");
            if (!await sample.Answer(context))
            {
                context.Response.StatusCode = sample.Status;
                await context.Response.WriteAsync("as you like it");
            }
        });
        await app.StartAsync();
        return sample;
    }

    /// <summary>An answer that never comes, or not to its end, to a path; others get what they get else.</summary>
    /// <param name="path">The path.</param>
    /// <param name="begun">Done when it was asked.</param>
    /// <param name="beginning">What comes before it stalls; none: not even the head.</param>
    public void StallAt(string path, TaskCompletionSource begun, byte[]? beginning = null) => Answer = async context =>
    {
        if (context.Request.Path != path)
        {
            return false;
        }

        if (beginning is not null)
        {
            context.Response.ContentLength = beginning.Length * 1000;
            await context.Response.Body.WriteAsync(beginning);
            await context.Response.Body.FlushAsync();
        }

        begun.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
