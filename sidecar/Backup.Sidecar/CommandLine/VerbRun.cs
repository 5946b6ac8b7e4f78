using System.CommandLine;
using System.Text.Json;
using Backup.Engine;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Dapr.Destinations;

namespace Backup.Sidecar.CommandLine;

/// <summary>One invocation of a verb: its options' values, where it writes, and the repository it opens.</summary>
internal sealed class VerbRun(Session session, GlobalOptions globals, ParseResult parse)
{
    private const int Tries = 3;

    private Repository? _repository;

    public Session Session => session;

    /// <summary>The options that every verb has.</summary>
    public GlobalOptions Globals => globals;

    public Terminal Terminal => session.Terminal;

    public TextWriter Out => session.Terminal.Out;

    /// <summary>Shows how far the command is, where somebody watches.</summary>
    public ProgressDisplay Display { get; } = new(session.Terminal);

    /// <summary>Cancelled by Ctrl+C.</summary>
    public CancellationToken Token => session.Interruption.Token;

    public Verbosity Verbosity { get; } = globals.VerbosityOf(parse);

    public bool IsJson { get; } = parse.GetValue(globals.Json);

    public PasswordSource Passwords => new(session.Terminal, session.Settings, session.Interruption);

    /// <summary>Whether a bar may show how far the command is.</summary>
    public bool WantsProgress => !IsJson && Verbosity > Verbosity.Quiet;

    /// <summary>Where the repository is; null if nobody says where.</summary>
    public string? Location => globals.TryLocationOf(parse, session.Settings);

    /// <summary>Where the command line says that the password is.</summary>
    public PasswordPlace PasswordPlace => globals.PasswordPlaceOf(parse);

    /// <summary>The value of an option, or its default.</summary>
    public T? Value<T>(Option<T> option) => parse.GetValue(option);

    /// <summary>The values of an option that may be given several times.</summary>
    public string[] Values(Option<string[]> option) => parse.GetValue(option) ?? [];

    /// <summary>The value of an option that is a point in time.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public DateTimeOffset? TimeOf(Option<string?> option) => Value(option) switch
    {
        null => null,
        { } text when TimeText.TryParse(text, session.Time, out DateTimeOffset time) => time,
        { } text => throw new UsageException($"{option.Name} «{text}» is no time. Write 2026-11-22 or '2026-11-22 15:56:47'."),
    };

    /// <summary>The value of an argument.</summary>
    public T? Value<T>(Argument<T> argument) => parse.GetValue(argument);

    public string[] Values(Argument<string[]> argument) => parse.GetValue(argument) ?? [];

    /// <summary>Whether an option was given, be it with its default value.</summary>
    public bool IsGiven(Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>Says a step, if steps are wanted.</summary>
    public void Step(string text)
    {
        if (Verbosity >= Verbosity.Verbose && !IsJson)
        {
            Display.Line(text);
        }
    }

    /// <summary>Says what went to and came from the repository's place, if steps are wanted.</summary>
    public void StepTraffic()
    {
        if (_repository is not null)
        {
            Step($"transferred: {TrafficText.Format(_repository.Traffic)}");
        }
    }

    /// <summary>Says what the command is about to do or has done, unless it should be quiet.</summary>
    public void Say(string text)
    {
        if (Verbosity >= Verbosity.Normal && !IsJson)
        {
            Display.Line(text);
        }
    }

    /// <summary>Says what is surprising, but no error.</summary>
    public void Warn(string text) => Complain("warning", CommandWording.Of(text));

    /// <summary>Says what went wrong with the repository while the command goes on.</summary>
    public void Fault(string text) => Complain("error", CommandWording.Of(text));

    /// <summary>Says what went wrong with one item while the others go on.</summary>
    /// <param name="during">restic's word for what was going on.</param>
    /// <param name="path">The item.</param>
    /// <param name="message">What went wrong.</param>
    public void ItemFault(string during, string path, string message) =>
        Complain("error", $"{Printable.Name(path)}: {message}", writer =>
        {
            writer.WriteStartObject("error");
            writer.WriteString("message", message);
            writer.WriteEndObject();
            writer.WriteString("during", during);
            writer.WriteName("item", path);
        });

    /// <summary>A writer of JSON to the output.</summary>
    /// <param name="isLive">Whether each line is sent at once.</param>
    public JsonOutput OpenJson(bool isLive = false)
    {
        Out.Flush();
        return new JsonOutput(Terminal.Output, isLive);
    }

    /// <summary>All options of the repository but its password.</summary>
    public RepositoryOptions RepositoryOptions => globals.RepositoryOptionsOf(parse, session, Warn);

    /// <summary>Where distant repositories are cached; null if they are not.</summary>
    public string? CacheFolder => globals.CacheFolderOf(parse, session.Settings);

    /// <summary>What holds for each repository that the command works on.</summary>
    public RepositoryOptions CommonOptions => globals.CommonOptionsOf(parse, session, Warn);

    /// <summary>The repositories of a command that takes several, each with where its password is.</summary>
    public IReadOnlyList<(RepositoryOptions Options, PasswordPlace Place)> Repositories
    {
        get
        {
            IReadOnlyList<string> locations = globals.LocationsOf(parse, session.Settings);
            return [.. locations.Zip(
                globals.PasswordPlacesOf(parse, locations.Count), (location, place) => (CommonOptions with { Location = location }, place))];
        }
    }

    /// <summary>Finds the password of another repository than the one that the command is about.</summary>
    /// <param name="settings">The environment as that repository sees it.</param>
    /// <param name="name">What it is called when somebody is asked for it.</param>
    public PasswordSource PasswordsOf(EnvironmentSettings settings, string name) =>
        new(session.Terminal, settings, session.Interruption) { RepositoryName = name };

    /// <summary>Opens the repository. Who types the password has three tries.</summary>
    public async Task<Repository> OpenAsync()
    {
        _repository = await OpenAsync(RepositoryOptions, globals.PasswordPlaceOf(parse), Passwords);
        return _repository;
    }

    /// <summary>Does something with a repository that can't be opened.</summary>
    public async Task<T> WithPasswordAsync<T>(Func<RepositoryOptions, CancellationToken, Task<T>> work)
    {
        using Password password = await Passwords.FindAsync(globals.PasswordPlaceOf(parse), isNew: false, Token);
        return await work(Reach(RepositoryOptions) with { Password = password.Bytes }, Token);
    }

    /// <summary>Opens another repository. Who types the password has three tries.</summary>
    public async Task<Repository> OpenAsync(RepositoryOptions options, PasswordPlace place, PasswordSource passwords)
    {
        for (int i = 1; ; i++)
        {
            using Password password = await passwords.FindAsync(place, isNew: false, Token);
            try
            {
                Step($"opening {Printable.Name(Repository.DisplayLocation(options.Location))}");
                return await Repository.OpenAsync(Reach(options) with { Password = password.Bytes }, Token);
            }
            catch (PasswordIncorrectException) when (password.IsTyped && i < Tries)
            {
                Terminal.Error.WriteLine("That is not its password.");
            }
        }
    }

    /// <summary>Creates the repository.</summary>
    public Task<Repository> CreateAsync(Func<RepositoryOptions, RepositoryOptions> change) =>
        CreateAsync(change, Repository.CreateAsync);

    /// <summary>Creates the repository in a way of its own.</summary>
    public async Task<Repository> CreateAsync(
        Func<RepositoryOptions, RepositoryOptions> change, Func<RepositoryOptions, CancellationToken, Task<Repository>> create)
    {
        _repository = await CreateAsync(change(RepositoryOptions), globals.PasswordPlaceOf(parse), Passwords, create);
        return _repository;
    }

    /// <summary>Creates another repository.</summary>
    public async Task<Repository> CreateAsync(
        RepositoryOptions options,
        PasswordPlace place,
        PasswordSource passwords,
        Func<RepositoryOptions, CancellationToken, Task<Repository>> create)
    {
        using Password password = await passwords.FindAsync(place, isNew: true, Token);
        return await create(Reach(options) with { Password = password.Bytes }, Token);
    }

    /// <summary>Opens the way to a repository that the engine doesn't know: one behind Dapr.</summary>
    private RepositoryOptions Reach(RepositoryOptions options)
    {
        if (!DaprLocation.Is(options.Location))
        {
            return options;
        }

        var client = new DaprClient(DaprOptions.FromEnvironment(session.Settings.Exact));
        return options with { Backend = DaprLocation.Open(options.Location, client, disposesClient: true) };
    }

    private void Complain(string type, string text) => Complain(type, text, writer => writer.WriteString("message", text));

    private void Complain(string type, string text, Action<Utf8JsonWriter> fields)
    {
        if (!IsJson)
        {
            Display.Error($"{type}: {text}");
            return;
        }

        using var json = new JsonOutput(Terminal.Error);
        json.Line(writer =>
        {
            writer.WriteString("message_type", type);
            fields(writer);
        });
    }
}
