using System.Text.RegularExpressions;
using Backup.Engine;
using Backup.Sidecar.Dapr.Destinations;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Configuration;

/// <summary>Refuses settings that make no sense, before anything is done with them.</summary>
internal static partial class ServiceOptionsCheck
{
    private static readonly string[] Compressions = ["off", "fastest", "auto", "better", "max"];

    /// <summary>Checks all of them.</summary>
    /// <exception cref="ConfigurationException">The first thing that makes no sense.</exception>
    public static void Run(ServiceOptions options)
    {
        Require(options.Workers is >= 1 and <= 64, "Workers is a number from 1 to 64.");
        Require(options.LogFormat is "text" or "json", "LogFormat is text or json.");
        Require(options.MaxQueued >= 1, "MaxQueued is at least 1.");
        Require(options.MaxRequestBytes >= 1024, "MaxRequestBytes is at least 1024.");
        Require(options.MaxRequestsPerSecond is >= 1 and <= 1_000_000, "MaxRequestsPerSecond is a number from 1 to 1000000.");
        Uri.TryCreate(options.Listen, UriKind.Absolute, out Uri? listen);
        Require(listen?.Scheme is not "https", "Listen is without TLS, http://…: let a proxy in front of the service, or Dapr with its mTLS, do that.");
        Require(listen?.Scheme is "http", "Listen is a URL such as http://127.0.0.1:8090.");
        Require(options.Dapr.LeaseTime >= TimeSpan.FromSeconds(1), "Dapr:LeaseTime is at least 1s.");
        foreach (string root in options.Roots.Concat(options.RestoreRoots))
        {
            Require(Path.IsPathFullyQualified(root), $"The root «{root}» is no absolute path.");
        }

        foreach ((string name, RepositorySettings repository) in options.Repositories)
        {
            Check(name, repository);
        }

        foreach ((string name, ApplicationSettings application) in options.Applications)
        {
            RequireName("application", name);
            Require(
                (application.Url is null) != (application.AppId is null),
                $"The application «{name}» needs either a Url or, for calls through Dapr, an AppId.");
            Require(
                application.Url is null || (Uri.TryCreate(application.Url, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"),
                $"The Url of the application «{name}» is one such as http://127.0.0.1:8080.");
            Require(
                IsPatience(application.Timeout) && IsPatience(application.StallTimeout),
                $"Timeout and StallTimeout of the application «{name}» are durations such as 30s, up to 7d.");
        }

        foreach ((string name, Policy policy) in options.Policies)
        {
            Check(name, policy, options);
        }
    }

    private static void Check(string name, RepositorySettings repository)
    {
        RequireName("repository", name);
        Require(repository.Location.Length > 0, $"The repository «{name}» has no Location.");
        if (!DaprLocation.Is(repository.Location))
        {
            try
            {
                Repository.LocalFolderOf(repository.Location);
            }
            catch (ArgumentException exception)
            {
                throw new ConfigurationException($"The Location of the repository «{name}»: {exception.Message}", exception);
            }
        }

        Require(repository.CountPasswords() == 1, $"The repository «{name}» needs one of Password, PasswordFile, PasswordCommand and PasswordSecret.");
        Require(repository.PackSize is >= 4 and <= 128, $"PackSize of the repository «{name}» is a number of MiB from 4 to 128.");
        Require(Compressions.Contains(repository.Compression), $"Compression of the repository «{name}» is one of {string.Join(", ", Compressions)}.");
        Require(
            repository.Credential is not { } credential || (credential.UserName.Length > 0 && credential.CountPasswords() == 1),
            $"The Credential of the repository «{name}» needs a UserName and one of Password, PasswordFile, PasswordCommand and PasswordSecret.");
        Require(
            repository is { UploadLimit: null or >= 1, DownloadLimit: null or >= 1 },
            $"UploadLimit and DownloadLimit of the repository «{name}» are numbers of KiB in a second, 1 or more.");
        string? twice = repository.Options.Keys.Concat(repository.OptionSecrets.Keys)
            .GroupBy(option => option, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Key;
        Require(twice is null, $"The repository «{name}» has the option {twice} both in Options and in OptionSecrets.");
    }

    private static void Check(string name, Policy? policy, ServiceOptions options)
    {
        RequireName("policy", name);
        if (policy is null)
        {
            throw new ConfigurationException($"The policy «{name}» is null."); // a document can say so, whatever its type says
        }

        try
        {
            if (policy.Schedule is not null)
            {
                CronSchedule.Parse(policy.Schedule, policy.TimeZone);
            }

            JobPlan.Of(policy.ToRequest(), options);
        }
        catch (Exception exception) when (exception is FormatException or RequestException)
        {
            throw new ConfigurationException($"The policy «{name}»: {exception.Message}", exception);
        }
    }

    private static bool IsPatience(TimeSpan time) => time > TimeSpan.Zero && time <= TimeSpan.FromDays(7);

    private static void RequireName(string what, string name) => Require(
        Name().IsMatch(name), $"«{name}» can't be the name of a {what}: letters, digits, dots, dashes and underscores can, up to 64 of them.");

    private static void Require(bool isSo, string message)
    {
        if (!isSo)
        {
            throw new ConfigurationException(message);
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex Name();
}
