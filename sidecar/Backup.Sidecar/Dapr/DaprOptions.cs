using System.Globalization;

namespace Backup.Sidecar.Dapr;

/// <summary>Where daprd is, and how it is called.</summary>
internal sealed record DaprOptions
{
    private const int DefaultHttpPort = 3500;
    private const int DefaultGrpcPort = 50001;

    private static readonly string[] Variables = ["DAPR_HTTP_ENDPOINT", "DAPR_HTTP_PORT", "DAPR_GRPC_ENDPOINT", "DAPR_GRPC_PORT"];

    /// <summary>The HTTP API.</summary>
    public Uri HttpEndpoint { get; init; } = Local(DefaultHttpPort);

    /// <summary>The gRPC API.</summary>
    public Uri GrpcEndpoint { get; init; } = Local(DefaultGrpcPort);

    /// <summary>The token that daprd wants to see, if any.</summary>
    public string? ApiToken { get; init; }

    /// <summary>How long one try of a call may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long all tries of a call may take together: daprd may have retries of its own below each.</summary>
    public TimeSpan RetryBudget { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How often a call is tried that may be repeated without harm, 1 … .</summary>
    public int MaxTries { get; init; } = 5;

    /// <summary>How long daprd may take to come up.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// What the environment says, as Dapr's own SDKs read it: DAPR_HTTP_ENDPOINT or DAPR_HTTP_PORT, DAPR_GRPC_ENDPOINT or
    /// DAPR_GRPC_PORT, DAPR_API_TOKEN, DAPR_HEALTH_TIMEOUT in seconds.
    /// </summary>
    /// <param name="read">Reads one environment variable; null if there is none.</param>
    /// <exception cref="FormatException">A variable holds what can't be meant.</exception>
    public static DaprOptions FromEnvironment(Func<string, string?> read)
    {
        DaprOptions defaults = new();
        return defaults with
        {
            HttpEndpoint = Endpoint(read, "DAPR_HTTP_ENDPOINT", "DAPR_HTTP_PORT", DefaultHttpPort),
            GrpcEndpoint = Endpoint(read, "DAPR_GRPC_ENDPOINT", "DAPR_GRPC_PORT", DefaultGrpcPort),
            ApiToken = Read(read, "DAPR_API_TOKEN"),
            HealthTimeout = Read(read, "DAPR_HEALTH_TIMEOUT") is { } text
                ? TimeSpan.FromSeconds(Number(text, "DAPR_HEALTH_TIMEOUT"))
                : defaults.HealthTimeout,
        };
    }

    /// <summary>Whether the environment says that there is a daprd.</summary>
    public static bool IsConfigured(Func<string, string?> read) =>
        Variables.Any(name => Read(read, name) is not null);

    private static Uri Endpoint(Func<string, string?> read, string endpointName, string portName, int defaultPort)
    {
        if (Read(read, endpointName) is { } endpoint)
        {
            string url = endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : "http://" + endpoint;
            return Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
                ? uri
                : throw new FormatException($"{endpointName} is «{endpoint}», but an address such as http://127.0.0.1:{defaultPort} is expected.");
        }

        return Local(Read(read, portName) is { } port ? Number(port, portName, max: ushort.MaxValue) : defaultPort);
    }

    private static int Number(string text, string name, int max = int.MaxValue) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 && number <= max
            ? number
            : throw new FormatException($"{name} is «{text}», but a whole number above 0 is expected.");

    private static string? Read(Func<string, string?> read, string name) => read(name) is { Length: > 0 } value ? value : null;

    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
}
