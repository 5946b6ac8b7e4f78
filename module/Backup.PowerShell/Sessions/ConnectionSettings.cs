using System.Text.Json.Serialization;
using Backup.Engine;

namespace Backup.PowerShell.Sessions;

/// <summary>How the place of a repository is reached, as parameters say it or a registration remembers it. Holds no secret.</summary>
internal sealed record ConnectionSettings
{
    private static readonly HashSet<string> Secrets = ["s3.access-key-id", "s3.secret-access-key", "s3.session-token"];

    /// <summary>Bytes that may be sent in a second; null: as many as can be.</summary>
    public long? UploadLimit { get; init; }

    /// <summary>Bytes that may be received in a second; null: as many as can be.</summary>
    public long? DownloadLimit { get; init; }

    /// <summary>Files with the certificates that a server's is checked against; null: the environment's, else the system's.</summary>
    public IReadOnlyList<string>? CaCertificate { get; init; }

    /// <summary>A file with a client's certificate and its key; null: the environment's.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Take any certificate.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>Settings of kinds of places, such as <c>rest.connections</c>; null: none.</summary>
    public IReadOnlyDictionary<string, string>? Option { get; init; }

    /// <summary>Where a distant repository is cached; null: where the environment says, else among the user's caches.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Keep nothing on the local disk.</summary>
    public bool NoCache { get; init; }

    /// <summary>Those of the options that hold secrets, which must not be written down.</summary>
    [JsonIgnore]
    public IEnumerable<string> SecretOptions => (Option?.Keys ?? []).Where(Secrets.Contains);

    /// <summary>These, and where they say nothing, others.</summary>
    public ConnectionSettings Or(ConnectionSettings others) => new()
    {
        UploadLimit = UploadLimit ?? others.UploadLimit,
        DownloadLimit = DownloadLimit ?? others.DownloadLimit,
        CaCertificate = CaCertificate ?? others.CaCertificate,
        ClientCertificate = ClientCertificate ?? others.ClientCertificate,
        SkipCertificateCheck = SkipCertificateCheck || others.SkipCertificateCheck,
        Option = Merged(Option, others.Option),
        CacheFolder = CacheFolder ?? others.CacheFolder,
        NoCache = NoCache || others.NoCache,
    };

    /// <summary>The engine's options with these in them, and with what the environment says where they say nothing.</summary>
    /// <param name="options">The options; their location says what a login means.</param>
    /// <param name="environment">The environment's settings.</param>
    /// <param name="login">Who we are there; null: the environment says it, or nobody wants to know.</param>
    /// <exception cref="CommandException">Such a place takes no login.</exception>
    public RepositoryOptions ApplyTo(RepositoryOptions options, EnvironmentSettings environment, BackendLogin? login)
    {
        var ofEnvironment = ConnectionOptions.FromEnvironment(environment);
        ConnectionOptions connection = ofEnvironment with
        {
            UploadBytesPerSecond = UploadLimit,
            DownloadBytesPerSecond = DownloadLimit,
            CaCertificateFiles = CaCertificate ?? ofEnvironment.CaCertificateFiles,
            ClientCertificateFile = ClientCertificate ?? ofEnvironment.ClientCertificateFile,
            InsecureTls = SkipCertificateCheck,
            Settings = Option ?? ofEnvironment.Settings,
        };
        return options with
        {
            Connection = login is null ? connection : login.AppliedTo(connection, options.Location),
            CacheFolder = NoCache ? null : CacheFolder ?? Repository.DefaultCacheFolder(environment),
        };
    }

    private static IReadOnlyDictionary<string, string>? Merged(IReadOnlyDictionary<string, string>? first, IReadOnlyDictionary<string, string>? second)
    {
        if (first is null || second is null)
        {
            return first ?? second;
        }

        var all = new Dictionary<string, string>(second, StringComparer.Ordinal);
        foreach ((string name, string value) in first)
        {
            all[name] = value;
        }

        return all;
    }
}
