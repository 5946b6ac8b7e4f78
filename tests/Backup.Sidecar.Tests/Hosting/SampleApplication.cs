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

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First() ?? "";

    public static async Task<SampleApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var sample = new SampleApplication(app);
        app.Run(context =>
        {
            sample.Calls.Enqueue($"{context.Request.Method} {context.Request.Path}");
            context.Response.StatusCode = sample.Status;
            return context.Response.WriteAsync("as you like it");
        });
        await app.StartAsync();
        return sample;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
