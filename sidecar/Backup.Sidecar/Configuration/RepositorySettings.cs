namespace Backup.Sidecar.Configuration;

/// <summary>A repository that requests may name.</summary>
internal sealed record RepositorySettings : PasswordSettings
{
    /// <summary>Where it is, in restic's syntax.</summary>
    public string Location { get; set; } = "";

    /// <summary>Create it when it is used first and is not there.</summary>
    public bool Create { get; init; }

    /// <summary>Size of its files in MiB, 4 … 128.</summary>
    public int PackSize { get; set; } = 16;

    /// <summary><c>off</c>, <c>fastest</c>, <c>auto</c>, <c>better</c> or <c>max</c>.</summary>
    public string Compression { get; set; } = "auto";

    /// <summary>How long a job waits for others to finish; by default longer than the lock of a process that died is respected.</summary>
    public TimeSpan RetryLock { get; set; } = TimeSpan.FromMinutes(35);

    /// <summary>Who asks a <c>rest:</c> server, where its location does not say.</summary>
    public CredentialSettings? Credential { get; init; }

    /// <summary>PEM files with the certificates that a server's is checked against; none: the system's.</summary>
    public IReadOnlyList<string> CaCertificates { get; set; } = [];

    /// <summary>A PEM file with our certificate and its key, for servers that ask.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Take any certificate of a server: others can listen in and change what is sent.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>KiB that a job sends in a second at most; none: as many as can be.</summary>
    public int? UploadLimit { get; init; }

    /// <summary>KiB that a job receives in a second at most; none: as many as can be.</summary>
    public int? DownloadLimit { get; init; }

    /// <summary>Settings for kinds of places, named as by <c>-o</c>: <c>s3.region</c>, <c>rest.connections</c> …</summary>
    public IReadOnlyDictionary<string, string> Options { get; set; } = new Dictionary<string, string>();

    /// <summary>More of them, whose values are secrets of Dapr.</summary>
    public IReadOnlyDictionary<string, SecretReference> OptionSecrets { get; set; } = new Dictionary<string, SecretReference>();

    /// <summary>The word for no <see cref="CacheFolder"/>.</summary>
    public const string None = "none";

    /// <summary>
    /// Where index, snapshots and trees of a distant repository are kept; unset: where the command line keeps them;
    /// <see cref="None"/>: nowhere.
    /// </summary>
    public string? CacheFolder { get; init; }

    // A record would print its members, and the password is one of them.
    public override string ToString() => Location;
}
