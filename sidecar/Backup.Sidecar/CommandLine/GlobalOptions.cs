using System.CommandLine;
using System.CommandLine.Parsing;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that every verb has, and what they mean for opening a repository.</summary>
internal sealed class GlobalOptions
{
    public Option<string[]> Repository { get; } = new("--repository", "--repo", "-r")
    {
        Description = "Where the repository is ($BACKUP_REPOSITORY, $RESTIC_REPOSITORY); backup takes several",
        HelpName = "location",
    };

    public Option<string?> RepositoryFile { get; } = new("--repository-file")
    {
        Description = "A file that says where it is ($BACKUP_REPOSITORY_FILE, $RESTIC_REPOSITORY_FILE)",
        HelpName = "file",
    };

    public Option<string[]> PasswordFile { get; } = new("--password-file", "-p")
    {
        Description = "A file with the password ($BACKUP_PASSWORD_FILE, $RESTIC_PASSWORD_FILE); for several repositories once, or once for each",
        HelpName = "file",
    };

    public Option<string?> PasswordCommand { get; } = new("--password-command")
    {
        Description = "A program that prints the password, run without a shell ($BACKUP_PASSWORD_COMMAND, $RESTIC_PASSWORD_COMMAND)",
        HelpName = "command",
    };

    public Flag NoPassword { get; } = new("--insecure-no-password")
    {
        Description = "The repository's password is empty, as restic allows it",
    };

    public Flag Json { get; } = new("--json") { Description = "Print JSON for programs" };

    public Flag Quiet { get; } = new("--quiet", "-q") { Description = "Print errors only" };

    public Flag Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Print the steps; twice (-vv or --verbose=2): every item",
    };

    public Flag NoLock { get; } = new("--no-lock")
    {
        Description = "Don't lock the repository, for places that can only be read",
    };

    public Option<TimeSpan> RetryLock { get; } = new("--retry-lock")
    {
        Description = "How long to wait for others to finish, such as 5m or 2h",
        HelpName = "duration",
        CustomParser = result => DurationText.TryParse(result.Tokens[0].Value, out TimeSpan duration)
            ? duration
            : Wrong(result),
    };

    public Option<int?> PackSize { get; } = new("--pack-size")
    {
        Description = "Size of the repository's files in MiB, 4 to 128 ($BACKUP_PACK_SIZE, $RESTIC_PACK_SIZE; default 16)",
        HelpName = "MiB",
    };

    public Option<string?> MemoryLimit { get; } = new("--memory-limit")
    {
        Description = "What may be in memory on its way, such as 200M ($BACKUP_MEMORY_LIMIT; default: half of what the process or container may use)",
        HelpName = "size",
    };

    public Option<string?> Compression { get; } = new("--compression")
    {
        Description = "off, fastest, auto, better or max ($BACKUP_COMPRESSION, $RESTIC_COMPRESSION; default auto)",
        HelpName = "level",
    };

    public ConnectionSwitches Connection { get; } = new();

    public Flag NoCache { get; } = new("--no-cache")
    {
        Description = "Keep nothing of a distant repository on the local disk",
    };

    public Option<string?> CacheFolder { get; } = new("--cache-dir")
    {
        Description = "Where index, snapshots and trees of distant repositories are kept ($BACKUP_CACHE_DIR, $RESTIC_CACHE_DIR; default: backup in the user's caches)",
        HelpName = "folder",
    };

    public IEnumerable<Option> All =>
    [
        Repository, RepositoryFile, PasswordFile, PasswordCommand, NoPassword, Json, Quiet, Verbose, NoLock, RetryLock,
        PackSize, MemoryLimit, Compression, .. Connection.All, NoCache, CacheFolder,
    ];

    public GlobalOptions()
    {
        Compression.CompletionSources.Add("off", "fastest", "auto", "better", "max");
        foreach (Option option in All)
        {
            option.Recursive = true;
        }
    }

    public Verbosity VerbosityOf(ParseResult parse)
    {
        if (parse.GetValue(Quiet))
        {
            return Verbosity.Quiet;
        }

        int times = parse.GetResult(Verbose)?.IdentifierTokenCount ?? 0;
        return (Verbosity)Math.Min((int)Verbosity.Normal + times, (int)Verbosity.EveryItem);
    }

    /// <summary>Where the repository is.</summary>
    /// <exception cref="UsageException">Nobody says where.</exception>
    public string LocationOf(ParseResult parse, EnvironmentSettings settings) => TryLocationOf(parse, settings)
        ?? throw new UsageException("Which repository? Use --repository (-r), or set BACKUP_REPOSITORY.");

    /// <summary>Where the repository is; null if nobody says where.</summary>
    /// <exception cref="UsageException">It is said twice.</exception>
    public string? TryLocationOf(ParseResult parse, EnvironmentSettings settings) =>
        LocationOf(OnlyOne(parse, Repository), parse.GetValue(RepositoryFile), settings, Repository.Name, RepositoryFile.Name);

    /// <summary>Where the repositories are, for a command that takes several.</summary>
    /// <exception cref="UsageException">Nobody says where, or it is said twice.</exception>
    public IReadOnlyList<string> LocationsOf(ParseResult parse, EnvironmentSettings settings)
    {
        string[] given = parse.GetValue(Repository) ?? [];
        if (given.Length < 2)
        {
            return [LocationOf(parse, settings)];
        }

        return parse.GetValue(RepositoryFile) is null
            ? given
            : throw new UsageException($"{Repository.Name} and {RepositoryFile.Name} can't both be given. Leave one out.");
    }

    /// <summary>Where a repository is: what one of two options says, or the environment; null if nobody says where.</summary>
    /// <exception cref="UsageException">Both options are given, or the file can't be read.</exception>
    public static string? LocationOf(
        string? location, string? file, EnvironmentSettings settings, string locationOption, string fileOption)
    {
        if (location is not null && file is not null)
        {
            throw new UsageException($"{locationOption} and {fileOption} can't both be given. Leave one out.");
        }

        if (location is null && file is null)
        {
            (location, file) = (settings.Get("REPOSITORY"), settings.Get("REPOSITORY_FILE"));
        }

        if (location is null && file is not null)
        {
            location = ReadLocation(file);
        }

        return location is { Length: > 0 } ? location : null;
    }

    public PasswordPlace PasswordPlaceOf(ParseResult parse) => PasswordPlaceOf(parse, OnlyOne(parse, PasswordFile));

    /// <summary>Where the password of each of several repositories is.</summary>
    /// <exception cref="UsageException">There are neither one nor as many password files.</exception>
    public IReadOnlyList<PasswordPlace> PasswordPlacesOf(ParseResult parse, int count)
    {
        string[] files = parse.GetValue(PasswordFile) ?? [];
        if (files.Length > 1 && files.Length != count)
        {
            throw new UsageException(
                $"{PasswordFile.Name} is given {files.Length} times for {count} repositories. Give it once for all, or once for each in their order.");
        }

        return [.. Enumerable.Range(0, count).Select(i => PasswordPlaceOf(parse, files.Length > 1 ? files[i] : files.FirstOrDefault()))];
    }

    /// <summary>The place, unless it contradicts itself.</summary>
    public static PasswordPlace Consistent(PasswordPlace place)
    {
        return place is { IsEmpty: true, File: not null } or { IsEmpty: true, Command: not null }
            ? throw new UsageException("--insecure-no-password contradicts the password that is given. Leave one out.")
            : place;
    }

    /// <summary>Where distant repositories are cached; null if they are not.</summary>
    public string? CacheFolderOf(ParseResult parse, EnvironmentSettings settings) => parse.GetValue(NoCache)
        ? null
        : parse.GetValue(CacheFolder) ?? Backup.Engine.Repository.DefaultCacheFolder(settings);

    /// <summary>All but the password.</summary>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public RepositoryOptions RepositoryOptionsOf(ParseResult parse, Session session, Action<string> warn) =>
        CommonOptionsOf(parse, session, warn) with { Location = LocationOf(parse, session.Settings) };

    /// <summary>All but the password and the location: what holds for each repository that a command works on.</summary>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public RepositoryOptions CommonOptionsOf(ParseResult parse, Session session, Action<string> warn) => new()
    {
        Location = "",
        CacheFolder = CacheFolderOf(parse, session.Settings),
        NoLock = parse.GetValue(NoLock),
        RetryLock = parse.GetValue(RetryLock),
        PackSizeInBytes = PackSizeOf(parse, session.Settings),
        MemoryLimitInBytes = MemoryLimitOf(parse, session.Settings),
        Compression = CompressionOf(parse, session.Settings),
        Connection = Connection.Of(parse, session.Settings),
        Warn = warn,
        Time = session.Time,
    };

    private PasswordPlace PasswordPlaceOf(ParseResult parse, string? file) =>
        Consistent(new PasswordPlace(file, parse.GetValue(PasswordCommand), parse.GetValue(NoPassword)));

    private static string? OnlyOne(ParseResult parse, Option<string[]> option) => parse.GetValue(option) switch
    {
        null or [] => null,
        [var only] => only,
        _ => throw new UsageException($"{option.Name} is given more than once. Only backup takes several repositories."),
    };

    private int PackSizeOf(ParseResult parse, EnvironmentSettings settings)
    {
        int? mebibytes = parse.GetValue(PackSize);
        if (mebibytes is null && settings.Get("PACK_SIZE") is { } text)
        {
            mebibytes = int.TryParse(text, out int number) ? number : -1;
        }

        return mebibytes switch
        {
            null or 0 => new RepositoryOptions { Location = "" }.PackSizeInBytes,
            >= 4 and <= 128 => mebibytes.Value * 1024 * 1024,
            _ => throw new UsageException("The pack size is a number of MiB from 4 to 128."),
        };
    }

    private long? MemoryLimitOf(ParseResult parse, EnvironmentSettings settings)
    {
        string? text = parse.GetValue(MemoryLimit) ?? settings.Get("MEMORY_LIMIT");
        if (text is null)
        {
            return null;
        }

        return SizeText.TryParse(text, out long bytes) && bytes > 0
            ? bytes
            : throw new UsageException($"The memory limit «{text}» is not understood. Write a size such as 200M or 1G.");
    }

    private CompressionLevel CompressionOf(ParseResult parse, EnvironmentSettings settings) =>
        (parse.GetValue(Compression) ?? settings.Get("COMPRESSION")) switch
        {
            null or "auto" => CompressionLevel.Auto,
            "off" => CompressionLevel.Off,
            "fastest" => CompressionLevel.Fastest,
            "better" => CompressionLevel.Better,
            "max" => CompressionLevel.Max,
            { } other => throw new UsageException($"There is no compression «{other}»: off, fastest, auto, better or max."),
        };

    private static string ReadLocation(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The repository file {Printable.Name(file)} can't be read: {exception.Message}", exception);
        }
    }

    private static TimeSpan Wrong(ArgumentResult result)
    {
        result.AddError($"--retry-lock «{result.Tokens[0].Value}» is not understood. Write 90s, 5m or 1h30m.");
        return TimeSpan.Zero;
    }
}
