using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The global options for how the repository's place is reached.</summary>
internal sealed class ConnectionSwitches
{
    private readonly Option<int?> _limitUpload = new("--limit-upload")
    {
        Description = "Send at most so many KiB in a second",
        HelpName = "KiB/s",
    };

    private readonly Option<int?> _limitDownload = new("--limit-download")
    {
        Description = "Receive at most so many KiB in a second",
        HelpName = "KiB/s",
    };

    private readonly Option<string[]> _caCertificates = new("--cacert")
    {
        Description = "Trust servers by the certificates in this PEM file, not by the system's (repeatable; $BACKUP_CACERT, $RESTIC_CACERT)",
        HelpName = "file",
    };

    private readonly Option<string?> _clientCertificate = new("--tls-client-cert")
    {
        Description = "A PEM file with our certificate and its key, for servers that ask ($BACKUP_TLS_CLIENT_CERT, $RESTIC_TLS_CLIENT_CERT)",
        HelpName = "file",
    };

    private readonly Flag _insecureTls = new("--insecure-tls")
    {
        Description = "Take any certificate of a server: others can listen in and change what is sent",
    };

    private readonly Option<string[]> _settings = new("--option", "-o")
    {
        Description = "Set something for a kind of place, such as rest.connections=8 (repeatable)",
        HelpName = "name=value",
    };

    public IEnumerable<Option> All =>
        [_limitUpload, _limitDownload, _caCertificates, _clientCertificate, _insecureTls, _settings];

    /// <summary>What they say, with what the environment says where they don't.</summary>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public ConnectionOptions Of(ParseResult parse, EnvironmentSettings settings)
    {
        string[] certificates = parse.GetValue(_caCertificates) ?? [];
        var ofEnvironment = ConnectionOptions.FromEnvironment(settings);
        return ofEnvironment with
        {
            UploadBytesPerSecond = LimitOf(parse, _limitUpload),
            DownloadBytesPerSecond = LimitOf(parse, _limitDownload),
            CaCertificateFiles = certificates.Length > 0 ? certificates : ofEnvironment.CaCertificateFiles,
            ClientCertificateFile = parse.GetValue(_clientCertificate) ?? ofEnvironment.ClientCertificateFile,
            InsecureTls = parse.GetValue(_insecureTls),
            Settings = SettingsOf(parse.GetValue(_settings) ?? []),
        };
    }

    private static long? LimitOf(ParseResult parse, Option<int?> option) => parse.GetValue(option) switch
    {
        null or 0 => null, // 0 as restic: no limit
        < 0 => throw new UsageException($"{option.Name} is a number of KiB in a second, 1 or more."),
        { } kibibytes => kibibytes * 1024L,
    };

    private static Dictionary<string, string> SettingsOf(string[] given)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string setting in given)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                // What was meant may be secret, so it is not repeated.
                throw new UsageException("--option (-o) takes a name, an equals sign and a value, such as rest.connections=8.");
            }

            if (!settings.TryAdd(setting[..equals].Trim().ToLowerInvariant(), setting[(equals + 1)..].Trim()))
            {
                throw new UsageException($"--option {setting[..equals]} is given twice. Leave one out.");
            }
        }

        return settings;
    }
}
