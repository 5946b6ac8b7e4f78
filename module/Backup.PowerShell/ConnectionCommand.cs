using System.Collections;
using System.Management.Automation;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Sessions;

namespace Backup.PowerShell;

/// <summary>The base of cmdlets that say how the place of a repository is reached.</summary>
public abstract class ConnectionCommand : RepositoryCommand
{
    [Parameter(HelpMessage = "How many bytes may be sent in a second, such as 2MB. Default: as many as can be.")]
    [SizeTransform]
    [ValidateRange(1024, long.MaxValue)]
    public long UploadLimit { get; set; }

    [Parameter(HelpMessage = "How many bytes may be received in a second, such as 2MB. Default: as many as can be.")]
    [SizeTransform]
    [ValidateRange(1024, long.MaxValue)]
    public long DownloadLimit { get; set; }

    [Parameter(HelpMessage = "PEM files with the certificates that a server's is checked against. Default: $env:BACKUP_CACERT, else the system's.")]
    public string[] CaCertificate { get; set; } = [];

    [Parameter(HelpMessage = "A PEM file with our certificate and its key, for servers that ask. Default: $env:BACKUP_TLS_CLIENT_CERT.")]
    public string? ClientCertificate { get; set; }

    [Parameter(HelpMessage = "Take any certificate of a server: others can listen in and change what is sent.")]
    public SwitchParameter SkipCertificateCheck { get; set; }

    [Parameter(HelpMessage = "Settings for kinds of places, named as restic's -o: @{ 'rest.connections' = 8 }.")]
    public Hashtable? Option { get; set; }

    [Parameter(HelpMessage = "Where index, snapshots and trees of distant repositories are kept, encrypted. Default: $env:BACKUP_CACHE_DIR, else among the user's caches.")]
    public string? CacheFolder { get; set; }

    [Parameter(HelpMessage = "Keep nothing of a distant repository on the local disk.")]
    public SwitchParameter NoCache { get; set; }

    /// <summary>What the parameters say of how the place is reached.</summary>
    internal ConnectionSettings Connection
    {
        get
        {
            var paths = new SourcePaths(this);
            return new ConnectionSettings
            {
                UploadLimit = UploadLimit > 0 ? UploadLimit : null,
                DownloadLimit = DownloadLimit > 0 ? DownloadLimit : null,
                CaCertificate = CaCertificate.Length > 0 ? [.. CaCertificate.Select(paths.Target)] : null,
                ClientCertificate = ClientCertificate is null ? null : paths.Target(ClientCertificate),
                SkipCertificateCheck = SkipCertificateCheck,
                Option = Option is null ? null : OptionsOf(Option),
                CacheFolder = CacheFolder is null ? null : paths.Target(CacheFolder),
                NoCache = NoCache,
            };
        }
    }

    private Dictionary<string, string> OptionsOf(Hashtable options)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry option in options)
        {
            if (OptionText.TryParse(option.Key, option.Value) is not { } setting || !settings.TryAdd(setting.Name, setting.Value))
            {
                // The value may be secret, so it is not repeated.
                Refuse("ArgumentInvalid", ErrorCategory.InvalidArgument, $"-Option {option.Key} needs a value of text, a number, or $true or $false, once.");
            }
        }

        return settings;
    }
}
