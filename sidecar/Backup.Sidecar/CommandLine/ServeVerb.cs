using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;

namespace Backup.Sidecar.CommandLine;

/// <summary>Runs the service.</summary>
internal sealed class ServeVerb : Verb
{
    /// <summary>The verb that stands for no verb.</summary>
    public const string Verb = "serve";

    /// <summary>The name of the repository that the command line gives.</summary>
    private const string Main = "main";

    private readonly Option<string?> _configuration = new("--config")
    {
        Description = "A JSON file with repositories, roots and policies; it is watched ($BACKUP_CONFIG)",
        HelpName = "file",
    };

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Where to listen (default http://127.0.0.1:8090)",
        HelpName = "URL",
    };

    private readonly Option<string[]> _roots = new("--root")
    {
        Description = "A folder below which requests may back up and restore files (repeatable)",
        HelpName = "folder",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Where the journal of jobs is kept ($STATE_DIRECTORY; default: in the user's own folder)",
        HelpName = "folder",
    };

    private readonly Flag _init = new("--init") { Description = "Create the repository if it isn't there" };

    public ServeVerb(VerbContext context)
        : base(context, Verb, "Run the service: backups, restores and schedules over HTTP. Without a command, too, if BACKUP_CONFIG or BACKUP_REPOSITORY is set.")
    {
        Add(_configuration, _listen, _roots, _data, _init);
        Examples =
        [
            ("serve -r /srv/backup -p password --init --root /srv/data", "serves one repository, here called main"),
            ("serve -r s3:https://s3.lan/backup -p password --cacert ca.pem -o s3.region=eu --root /srv/data", "the same, in a bucket"),
            ("serve --config /etc/backup-sidecar.json", "serves what a file configures"),
        ];
    }

    protected override Task<int> RunAsync(VerbRun run)
    {
        EnvironmentSettings settings = run.Session.Settings;
        return ServeAsync(
            new ServeSettings
            {
                ConfigurationFile = run.Value(_configuration) ?? settings.Get("CONFIG"),
                Overrides = OverridesOf(run, settings),
                Time = run.Session.Time,
            },
            run.Token);
    }

    /// <summary>In a method of its own: until here ASP.NET has not been loaded.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> ServeAsync(ServeSettings settings, CancellationToken stop) => ServiceProcess.RunAsync(settings, stop);

    private Dictionary<string, string?> OverridesOf(VerbRun run, EnvironmentSettings settings)
    {
        Refuse(run);
        var overrides = new Dictionary<string, string?>();
        Set(overrides, "Listen", run.Value(_listen));
        Set(overrides, "DataFolder", run.Value(_data));
        Set(overrides, "LogFormat", run.IsJson ? "json" : null);
        string[] roots = run.Values(_roots);
        for (int i = 0; i < roots.Length; i++)
        {
            Set(overrides, $"Roots:{i}", Path.GetFullPath(roots[i]));
        }

        if (run.Location is { } location)
        {
            string repository = $"Repositories:{Main}:";
            Set(overrides, repository + "Location", location);
            Set(overrides, repository + "Create", run.Value(_init) ? "true" : null);
            PasswordPlace place = run.PasswordPlace;
            bool isGiven = place != new PasswordPlace(null, null);
            Set(overrides, repository + "PasswordFile", isGiven ? place.File : settings.Get("PASSWORD_FILE"));
            Set(overrides, repository + "PasswordCommand", isGiven ? place.Command : settings.Get("PASSWORD_COMMAND"));
            Set(overrides, repository + "Password", isGiven ? null : settings.Get("PASSWORD"));
            SetOptions(overrides, repository, run);
        }

        return overrides;
    }

    /// <summary>Refuses global options that would mean nothing here, and be trusted to.</summary>
    private static void Refuse(VerbRun run)
    {
        GlobalOptions globals = run.Globals;
        IEnumerable<Option> useless = [globals.NoPassword, globals.Quiet, globals.Verbose, globals.NoLock];
        if (useless.FirstOrDefault(run.IsGiven) is { } option)
        {
            throw new UsageException($"{Verb} has no use for {option.Name}. Leave it out. (Logging:LogLevel in the configuration says what is logged.)");
        }

        IEnumerable<Option> ofRepository =
        [
            globals.PasswordFile, globals.PasswordCommand, globals.RetryLock, globals.PackSize, globals.Compression,
            .. globals.Connection.All, globals.NoCache, globals.CacheFolder,
        ];
        if (run.Location is null && ofRepository.FirstOrDefault(run.IsGiven) is { } without)
        {
            throw new UsageException(
                $"{without.Name} is about a repository that --repository (-r) names, and there is none. Those of the configuration have settings of their own.");
        }
    }

    /// <summary>Sets for the repository of the command line what options and environment say of any command's.</summary>
    private static void SetOptions(Dictionary<string, string?> overrides, string repository, VerbRun run)
    {
        RepositoryOptions options = run.CommonOptions;
        GlobalOptions globals = run.Globals;
        Set(overrides, repository + "PackSize", IsSaid(globals.PackSize, "PACK_SIZE") ? Text(options.PackSizeInBytes / (1024 * 1024)) : null);
        Set(overrides, repository + "Compression", IsSaid(globals.Compression, "COMPRESSION") ? options.Compression.ToString().ToLowerInvariant() : null);
        Set(overrides, repository + "RetryLock", run.IsGiven(globals.RetryLock) ? options.RetryLock.ToString("c") : null);
        Set(overrides, repository + "CacheFolder", run.Value(globals.NoCache) ? RepositorySettings.None : run.Value(globals.CacheFolder));

        ConnectionOptions connection = options.Connection;
        Set(overrides, repository + "UploadLimit", Text(connection.UploadBytesPerSecond / 1024));
        Set(overrides, repository + "DownloadLimit", Text(connection.DownloadBytesPerSecond / 1024));
        Set(overrides, repository + "ClientCertificate", connection.ClientCertificateFile);
        Set(overrides, repository + "SkipCertificateCheck", connection.InsecureTls ? "true" : null);
        for (int i = 0; i < connection.CaCertificateFiles.Count; i++)
        {
            Set(overrides, $"{repository}CaCertificates:{i}", connection.CaCertificateFiles[i]);
        }

        foreach ((string name, string value) in connection.Settings)
        {
            Set(overrides, $"{repository}Options:{name}", value);
        }

        if (connection.UserName is not null)
        {
            Set(overrides, repository + "Credential:UserName", connection.UserName);
            Set(overrides, repository + "Credential:Password", connection.Password);
        }

        bool IsSaid(Option option, string variable) => run.IsGiven(option) || run.Session.Settings.Get(variable) is not null;
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static void Set(Dictionary<string, string?> overrides, string name, string? value)
    {
        if (value is not null)
        {
            overrides[$"Backup:{name}"] = value;
        }
    }
}
