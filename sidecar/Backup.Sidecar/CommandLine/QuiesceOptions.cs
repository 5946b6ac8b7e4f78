using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say what the application does while its files are read.</summary>
internal sealed class QuiesceOptions
{
    private readonly Option<string?> _method = new("--method")
    {
        Description = "online (the application goes on), offline (it is quiesced) or hybrid (only for a second reading)",
        HelpName = "method",
    };

    private readonly Option<string?> _quiesce = new("--quiesce-command")
    {
        Description = "A program that makes the application hold still, run without a shell",
        HelpName = "command",
    };

    private readonly Option<string?> _resume = new("--resume-command")
    {
        Description = "A program that lets it go on; run in any case, as soon as everything has been read",
        HelpName = "command",
    };

    private readonly Option<string?> _timeout = new("--hook-timeout")
    {
        Description = "How long each of the two may take, such as 90s or 5m (default: 1m)",
        HelpName = "duration",
    };

    public QuiesceOptions() => _method.CompletionSources.Add("online", "offline", "hybrid");

    public Option[] All => [_method, _quiesce, _resume, _timeout];

    /// <exception cref="UsageException">There is no such method.</exception>
    public BackupMethod MethodOf(VerbRun run) => run.Value(_method) switch
    {
        null or "online" => BackupMethod.Online,
        "offline" => BackupMethod.Offline,
        "hybrid" => BackupMethod.Hybrid,
        { } other => throw new UsageException($"There is no backup method «{other}»: online, offline or hybrid."),
    };

    /// <exception cref="UsageException">One of the commands is missing, not needed, or can't be understood.</exception>
    public QuiesceHooks? HooksOf(VerbRun run)
    {
        string? quiesce = run.Value(_quiesce);
        string? resume = run.Value(_resume);
        if (MethodOf(run) == BackupMethod.Online)
        {
            return quiesce is null && resume is null && run.Value(_timeout) is null
                ? null
                : throw new UsageException("An online backup quiesces nothing. Say --method offline or hybrid, or leave the commands out.");
        }

        if (quiesce is null || resume is null)
        {
            throw new UsageException("--method offline and hybrid need both --quiesce-command and --resume-command.");
        }

        var hooks = new QuiesceHooks
        {
            Quiesce = new HookCommand("--quiesce-command", quiesce, run.Display.Error).RunAsync,
            Resume = new HookCommand("--resume-command", resume, run.Display.Error).RunAsync,
        };
        return run.Value(_timeout) switch
        {
            null => hooks,
            { } text when DurationText.TryParse(text, out TimeSpan timeout) && timeout > TimeSpan.Zero => hooks with { Timeout = timeout },
            { } text => throw new UsageException($"--hook-timeout «{text}» is not understood. Write 90s, 5m or 1h30m."),
        };
    }
}
