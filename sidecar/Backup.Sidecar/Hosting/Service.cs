using Backup.Engine;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Dapr.Doors;
using Backup.Sidecar.Dapr.Replicas;
using Backup.Sidecar.Endpoints;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backup.Sidecar.Hosting;

/// <summary>The service: built from its settings, started, stopped.</summary>
internal sealed class Service : IAsyncDisposable
{
    /// <summary>What is left of a stop after the jobs' grace period: they leave a checkpoint and unlock, or are left hanging.</summary>
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly IJobJournal _journal;
    private readonly RequestGuard _guard;
    private readonly TelemetryExport? _telemetry;

    private Service(
        WebApplication app, ServiceConfiguration configuration, IJobJournal journal, RequestGuard guard, TelemetryExport? telemetry)
    {
        (_app, _journal, _guard, _telemetry) = (app, journal, guard, telemetry);
        Configuration = configuration;
    }

    public ServiceConfiguration Configuration { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Where it listens, once it is started.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First()
        ?? throw new InvalidOperationException("The service is not started."));

    /// <summary>Builds it.</summary>
    /// <param name="settings">How.</param>
    /// <param name="change">Changes what it is made of; for tests.</param>
    /// <exception cref="ConfigurationException">The configuration makes no sense.</exception>
    /// <exception cref="JournalException">The journal of jobs can't be opened.</exception>
    public static Service Create(ServeSettings settings, Action<IServiceCollection>? change = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = CommandPath.Program,
            ContentRootPath = AppContext.BaseDirectory,
        });
        Configure(builder.Configuration, settings);
        ILogger? log = null;
        var configuration = new ServiceConfiguration(builder.Configuration, error => log?.ConfigurationRefused(error.Message), settings.ConfigurationFile);
        ServiceOptions options = configuration.Current;
        string[] tokens = Tokens(options, settings);
        RefuseStrangers(options, tokens);
        if (options.Repositories.Count == 0)
        {
            throw new ConfigurationException(
                "No repository is configured. Name one by -r and -p, or a configuration by --config. All commands: backup-sidecar --help.");
        }

        TelemetryExport? telemetry = TelemetryExport.Start(settings.Environment);
        DaprAccess dapr = DaprAccess.Of(options.Dapr, settings.Environment, settings.Time);
        IJobJournal journal = OpenJournal(options, dapr);

        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        AddConsole(builder.Logging, options.LogFormat);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        });
        builder.WebHost.UseUrls(options.Listen);
        AddServices(builder.Services, settings, configuration, dapr, journal);
        change?.Invoke(builder.Services);

        WebApplication app = builder.Build();
        log = app.Services.GetRequiredService<ILogger<Service>>();
        configuration.Changed += () => log.ConfigurationChanged();
        var guard = new RequestGuard(options, tokens);
        app.Use(app.Services.GetRequiredService<ErrorReplies>().InvokeAsync);
        app.Use(guard.InvokeAsync);
        Map(app);
        return new Service(app, configuration, journal, guard, telemetry);
    }

    /// <summary>Takes up what waits, and requests from now on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Jobs keep the pool's threads busy with disk and processor; requests must not wait for it to grow.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, 32), completions);
        await _app.StartAsync(cancellationToken);
        ServiceOptions options = Configuration.Current;
        _app.Services.GetRequiredService<ILogger<Service>>().Listening(
            Session.Version, Address.ToString(), options.Repositories.Count, options.Policies.Count);
    }

    /// <summary>Reads the configuration again, changed or not.</summary>
    public void Reload() => ((IConfigurationRoot)_app.Configuration).Reload();

    /// <summary>Takes no more requests, and lets the jobs end or interrupts them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        DaprAccess dapr = _app.Services.GetRequiredService<DaprAccess>();
        await _app.DisposeAsync();
        dapr.Dispose();
        await _journal.DisposeAsync();
        _guard.Dispose();
        _telemetry?.Dispose();
        Configuration.Dispose();
    }

    private static void Configure(ConfigurationManager configuration, ServeSettings settings)
    {
        if (settings.ConfigurationFile is { } file)
        {
            string path = Path.GetFullPath(file);
            if (!File.Exists(path))
            {
                throw new ConfigurationException($"There is no configuration {path}.");
            }

            // Polled: Kubernetes replaces the folder behind a link, which nothing else notices.
            var folder = new PhysicalFileProvider(Path.GetDirectoryName(path) ?? "/")
            {
                UsePollingFileWatcher = true,
                UseActivePolling = true,
            };
            try
            {
                ((IConfigurationBuilder)configuration).Add(new FullJsonSource { FileProvider = folder, Path = Path.GetFileName(path), ReloadOnChange = true });
            }
            catch (InvalidDataException exception)
            {
                throw new ConfigurationException($"The configuration {path} is no JSON: {exception.InnerException?.Message}", exception);
            }
        }

        if (settings.UseEnvironment)
        {
            configuration.AddEnvironmentVariables();
        }

        configuration.AddInMemoryCollection(settings.Overrides);
        if (DataFolder(configuration[$"{ServiceConfiguration.Section}:{nameof(ServiceOptions.DataFolder)}"], settings) is { } data)
        {
            // Said once for all: the journal stays where it is, whatever a changed configuration says.
            configuration.AddInMemoryCollection([new($"{ServiceConfiguration.Section}:{nameof(ServiceOptions.DataFolder)}", data)]);
        }
    }

    /// <summary>Either way a line of a job's work names the job.</summary>
    private static void AddConsole(ILoggingBuilder logging, string format)
    {
        if (format == "json")
        {
            logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
            logging.AddJsonConsole(console =>
                (console.IncludeScopes, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        }
        else
        {
            logging.AddSimpleConsole(console => (console.SingleLine, console.IncludeScopes) = (true, true));
        }
    }

    private static string[] Tokens(ServiceOptions options, ServeSettings settings)
    {
        string? token = options.Token;
        if (options.TokenFile is { } file)
        {
            try
            {
                token = File.ReadAllText(file).Trim();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"The token file {file} can't be read: {exception.Message}", exception);
            }

            if (token.Length == 0)
            {
                throw new ConfigurationException($"The token file {file} is empty.");
            }
        }

        return [.. new[] { token, settings.Environment("APP_API_TOKEN") }.Where(text => !string.IsNullOrEmpty(text)).Select(text => text!)]; // filtered
    }

    private static void RefuseStrangers(ServiceOptions options, string[] tokens)
    {
        if (!new Uri(options.Listen).IsLoopback && tokens.Length == 0 && !options.AllowAnonymous)
        {
            throw new ConfigurationException(
                $"{options.Listen} can be reached from other machines, who could then back up and restore. Set Token or TokenFile "
                + "(or APP_API_TOKEN), or AllowAnonymous if something else keeps strangers out.");
        }
    }

    /// <summary>Where the journal is; null if nothing says so.</summary>
    private static string? DataFolder(string? configured, ServeSettings settings)
    {
        string? folder = string.IsNullOrEmpty(configured) ? settings.Environment("STATE_DIRECTORY") : configured;
        if (string.IsNullOrEmpty(folder))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            folder = home.Length > 0 ? Path.Combine(home, CommandPath.Program) : null;
        }

        return folder is null ? null : Path.GetFullPath(folder);
    }

    private static string DataFolder(ServiceOptions options) => options.DataFolder
        ?? throw new ConfigurationException("Where may the journal of jobs be kept? Set DataFolder: this user has no home.");

    private static SqliteJobJournal OpenJournal(ServiceOptions options, DaprAccess dapr)
    {
        try
        {
            return SqliteJobJournal.Open(DataFolder(options), dapr.IsThere && options.Dapr.HasEvents);
        }
        catch
        {
            dapr.Dispose();
            throw;
        }
    }

    private static void AddServices(
        IServiceCollection services, ServeSettings settings, ServiceConfiguration configuration, DaprAccess dapr, IJobJournal journal)
    {
        services.AddRoutingCore();
        services.AddSingleton<IHostLifetime, SilentLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = configuration.Current.GracePeriod + CleanUp);
        services.AddSingleton(settings.Time);
        services.AddSingleton(configuration);
        services.AddSingleton(journal);
        services.AddSingleton(dapr);
        services.AddSingleton(ReplicaName.Of(DataFolder(configuration.Current)));
        if (dapr.Client is { } client && configuration.Current is { Dapr.HasClaims: true } options)
        {
            var texts = new StateTexts(client, options.Dapr.ClaimStore);
            services.AddSingleton(texts);
            services.AddSingleton(provider => new StateClaims(
                client, options.Dapr.ClaimStore, texts, provider.GetRequiredService<ReplicaName>(), options.KeepJobs, settings.Time));
            services.AddSingleton<IJobClaims>(provider => provider.GetRequiredService<StateClaims>());
            services.AddHostedService<ReplicaWatch>(); // the first to start, the last to stop
        }
        else
        {
            services.AddSingleton<IJobClaims, SoleClaims>();
        }

        services.AddSingleton<JobEvents>();
        services.AddSingleton<JobBook>();
        services.AddSingleton(new RepositoryAccess(dapr, new EnvironmentSettings(settings.Environment)));
        services.AddSingleton<RepositoryPool>();
        services.AddSingleton<RepositoryTurns>();
        services.AddSingleton<ApplicationClients>();
        services.AddSingleton<QuietApplications>();
        services.AddSingleton<IJobExecutor, JobExecutor>();
        services.AddSingleton<PrometheusCollector>();
        services.AddSingleton<ErrorReplies>();
        services.AddSingleton<JobEndpoints>();
        services.AddSingleton<PolicyEndpoints>();
        services.AddSingleton<RepositoryEndpoints>();
        services.AddSingleton<HealthEndpoints>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<PolicySchedule>();
        services.AddSingleton<TopicDoor>();
        services.AddSingleton<BindingDoor>();
        services.AddSingleton<SchedulerDoor>();
        services.AddSingleton<ConfigurationDoor>();
        services.AddHostedService<EventPublisher>();
        services.AddHostedService<JobRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<PolicySchedule>());
        services.AddHostedService(provider => provider.GetRequiredService<SchedulerDoor>());
        services.AddHostedService(provider => provider.GetRequiredService<ConfigurationDoor>());
    }

    private static void Map(WebApplication app)
    {
        app.Services.GetRequiredService<HealthEndpoints>().Map(app);
        app.Services.GetRequiredService<JobEndpoints>().Map(app);
        app.Services.GetRequiredService<PolicyEndpoints>().Map(app);
        app.Services.GetRequiredService<RepositoryEndpoints>().Map(app);
        app.Services.GetRequiredService<MetricsEndpoint>().Map(app);
        OpenApiEndpoint.Map(app);
        if (app.Services.GetRequiredService<DaprAccess>().IsThere)
        {
            app.Services.GetRequiredService<TopicDoor>().Map(app);
            app.Services.GetRequiredService<BindingDoor>().Map(app);
            app.Services.GetRequiredService<SchedulerDoor>().Map(app);
            app.Services.GetRequiredService<ConfigurationDoor>().Map(app);
        }

        app.Services.GetRequiredService<PrometheusCollector>(); // listens from the start
    }
}
