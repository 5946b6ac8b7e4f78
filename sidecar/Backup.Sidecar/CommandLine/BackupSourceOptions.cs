using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say what is backed up.</summary>
internal sealed class BackupSourceOptions
{
    private readonly ExclusionOptions _exclusions = new();

    private readonly Option<string[]> _filesFrom = new("--files-from")
    {
        Description = "Paths, one per line, with * ? [a-z]; # begins a comment (repeatable; - is the input)",
        HelpName = "file",
    };

    private readonly Option<string[]> _filesFromVerbatim = new("--files-from-verbatim")
    {
        Description = "Paths, one per line, as they are",
        HelpName = "file",
    };

    private readonly Option<string[]> _filesFromRaw = new("--files-from-raw")
    {
        Description = "Paths, a zero byte after each, as find -print0 prints them",
        HelpName = "file",
    };

    private readonly Flag _withAccessTime = new("--with-atime") { Description = "Record when files were last read" };

    private readonly Flag _stdin = new("--stdin") { Description = "Store the input as a file" };

    private readonly Flag _stdinFromCommand = new("--stdin-from-command")
    {
        Description = "Store the output of a command, written behind --, as a file; if it fails there is no snapshot",
    };

    private readonly Option<string> _stdinFileName = new("--stdin-filename")
    {
        Description = "The name of that file (default: stdin)",
        HelpName = "name",
        DefaultValueFactory = _ => "stdin",
    };

    public Argument<string[]> Paths { get; } = new("paths")
    {
        Description = "Files and folders; with --stdin-from-command the command",
        HelpName = "PATH",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Option[] All =>
    [
        .. _exclusions.All, _filesFrom, _filesFromVerbatim, _filesFromRaw, _withAccessTime, _stdin, _stdinFromCommand, _stdinFileName,
    ];

    /// <summary>What is backed up.</summary>
    /// <param name="run">Where the options' values are.</param>
    /// <param name="time">What the snapshot says about when it was made; null: now.</param>
    /// <param name="isReadTwice">Whether the backup reads it twice.</param>
    /// <exception cref="UsageException">Nothing, or things that exclude each other.</exception>
    public IBackupSource SourceOf(VerbRun run, DateTimeOffset? time, bool isReadTwice)
    {
        if (isReadTwice && (run.Value(_stdin) || run.Value(_stdinFromCommand)))
        {
            throw new UsageException("A hybrid backup reads twice, and a stream can be read only once. Say --method offline.");
        }

        string[] paths = run.Values(Paths);
        string[] lists = [.. run.Values(_filesFrom), .. run.Values(_filesFromVerbatim), .. run.Values(_filesFromRaw)];
        if (run.Value(_stdinFromCommand))
        {
            return CommandOf(run, paths, lists, time);
        }

        if (run.Value(_stdin))
        {
            return paths.Length + lists.Length == 0
                ? Repository.CreateSource(new StreamSourceOptions { Content = Input(run), FileName = run.Value(_stdinFileName) ?? "", ModTime = time })
                : throw new UsageException("With --stdin nothing else is backed up. Leave the paths out.");
        }

        if (paths.Length + lists.Length == 0)
        {
            throw new UsageException("What is to be backed up? Write paths behind, or use --files-from or --stdin.");
        }

        return Repository.CreateSource(FileSystemOf(run, paths, lists.Contains("-") ? Input(run) : null));
    }

    private static InterruptibleStream Input(VerbRun run) => new(Console.OpenStandardInput(), run.Token);

    private IBackupSource CommandOf(VerbRun run, string[] command, string[] lists, DateTimeOffset? time)
    {
        if (command.Length == 0)
        {
            throw new UsageException("Which command? Write it behind: backup --stdin-from-command -- COMMAND ARGUMENTS.");
        }

        if (lists.Length > 0 || run.Value(_stdin))
        {
            throw new UsageException("With --stdin-from-command nothing else is backed up. Leave the rest out.");
        }

        return Repository.CreateSource(new CommandSourceOptions
        {
            Command = command,
            FileName = run.Value(_stdinFileName) ?? "",
            ModTime = time,
            ErrorLine = run.Display.Error,
        });
    }

    private FileSystemSourceOptions FileSystemOf(VerbRun run, string[] paths, Stream? input) => _exclusions.Of(run) with
    {
        Paths = paths,
        FilesFrom = run.Values(_filesFrom),
        FilesFromVerbatim = run.Values(_filesFromVerbatim),
        FilesFromRaw = run.Values(_filesFromRaw),
        StandardInput = input,
        WithAccessTime = run.Value(_withAccessTime),
        ReportExcluded = run.Verbosity == Verbosity.EveryItem,
    };
}
