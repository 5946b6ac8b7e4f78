using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Configuration;

/// <summary>A request with a name, and mostly with a schedule.</summary>
internal sealed record Policy
{
    /// <summary>When to run: five fields of cron, six with seconds, <c>@daily</c> and the like, or <c>@every 6h</c>. None: only when asked.</summary>
    public string? Schedule { get; init; }

    /// <summary>The zone of the schedule's times, such as <c>Europe/Rome</c>; none: the machine's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What to do; may be left out where one of the parts below says it.</summary>
    public JobOperation? Operation { get; init; }

    public string? Repository { get; init; }

    public BackupRequest? Backup { get; init; }

    public RestoreRequest? Restore { get; init; }

    public CheckRequest? Check { get; init; }

    public ForgetRequest? Forget { get; init; }

    /// <summary>As if somebody had asked for it.</summary>
    public JobRequest ToRequest() => new()
    {
        Operation = Operation,
        Repository = Repository,
        Backup = Backup,
        Restore = Restore,
        Check = Check,
        Forget = Forget,
    };
}
