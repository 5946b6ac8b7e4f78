namespace Backup.Engine;

/// <summary>How a repository's place is reached: what its location does not say. Each kind of place takes what it knows.</summary>
public sealed record ConnectionOptions
{
    private const long LeastBytesPerSecond = 1024;

    /// <summary>How many bytes may be sent in a second, 1,024 or more; null: as many as can be.</summary>
    public long? UploadBytesPerSecond { get; init; }

    /// <summary>How many bytes may be received in a second, 1,024 or more; null: as many as can be.</summary>
    public long? DownloadBytesPerSecond { get; init; }

    /// <summary>The user name for a <c>rest:</c> server, where its location has none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password for a <c>rest:</c> server, where its location has no user name.</summary>
    public string? Password { get; init; }

    /// <summary>PEM files with the certificates that a server's is checked against, instead of the system's.</summary>
    public IReadOnlyList<string> CaCertificateFiles { get; init; } = [];

    /// <summary>A PEM file with a client's certificate and its private key.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>Take any certificate: who can get between can read and change what is transferred.</summary>
    public bool InsecureTls { get; init; }

    /// <summary>Settings of single kinds of places, named <c>kind.setting</c> as restic's <c>-o</c>: <c>rest.connections</c> …</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// What the environment says: <c>REST_USERNAME</c>, <c>REST_PASSWORD</c>, <c>CACERT</c> and <c>TLS_CLIENT_CERT</c>, each
    /// behind <c>BACKUP_</c> or <c>RESTIC_</c>.
    /// </summary>
    public static ConnectionOptions FromEnvironment(EnvironmentSettings settings) => new()
    {
        UserName = settings.Get("REST_USERNAME"),
        Password = settings.Get("REST_PASSWORD"),
        CaCertificateFiles = settings.Get("CACERT")?.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
        ClientCertificateFile = settings.Get("TLS_CLIENT_CERT"),
    };

    /// <summary>Only the name: the values may be secret.</summary>
    public override string ToString() => nameof(ConnectionOptions);

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(UploadBytesPerSecond ?? LeastBytesPerSecond, LeastBytesPerSecond);
        ArgumentOutOfRangeException.ThrowIfLessThan(DownloadBytesPerSecond ?? LeastBytesPerSecond, LeastBytesPerSecond);
    }
}
