using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using System.Security;
using Backup.Engine;
using Backup.PowerShell.Binding;
using Backup.PowerShell.Completion;
using Backup.PowerShell.Output;
using Backup.PowerShell.Sessions;
using Microsoft.PowerShell.Commands;

namespace Backup.PowerShell;

/// <summary>The base of cmdlets that work on a repository: they find it, open it if need be, and close what they opened.</summary>
public abstract class RepositoryCommand : BackupCommand
{
    private const int Tries = 3;
    private readonly Dictionary<string, BackupRepository> _opened = [];

    [Parameter(
        ValueFromPipelineByPropertyName = true,
        HelpMessage = "The repository: a location, a registered name, or what Connect-BackupRepository gives. Default: the connected one, else $env:BACKUP_REPOSITORY.")]
    [RepositoryTransform]
    [ArgumentCompleter(typeof(RepositoryCompleter))]
    public RepositoryReference? Repository { get; set; }

    [Parameter(HelpMessage = "The repository's password. Default: the registered secret, else $env:BACKUP_PASSWORD_FILE and the like, else a prompt.")]
    [PasswordTransform]
    public SecureString? Password { get; set; }

    /// <summary>The environment's settings.</summary>
    internal static EnvironmentSettings Settings { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>What the engine writes down as the program.</summary>
    internal static string ProgramVersion { get; } = $"backup {typeof(RepositoryCommand).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Asks, and finds secrets.</summary>
    internal PasswordAccess Passwords => new(this);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (BackupRepository repository in _opened.Values)
            {
                repository.Dispose();
            }

            _opened.Clear();
        }

        base.Dispose(disposing);
    }

    /// <summary>The repository that is meant, open. What is opened for it is closed with the cmdlet.</summary>
    internal BackupRepository Open() => Open(Repository, Password);

    /// <summary>A repository, open. What is opened for it is closed with the cmdlet.</summary>
    /// <param name="reference">Which one; null: the one that is meant when none is named.</param>
    /// <param name="password">Its password; null: wherever it is kept.</param>
    internal BackupRepository Open(RepositoryReference? reference, SecureString? password)
    {
        if (Connected(reference) is { } connection)
        {
            return connection;
        }

        RepositoryPlace place = FindPlace(reference);
        if (Connected(place) is { } session)
        {
            return session;
        }

        if (!_opened.TryGetValue(place.Location, out BackupRepository? opened))
        {
            opened = Open(place, new RepositoryOptions { Location = place.Location }, password);
            _opened.Add(place.Location, opened);
        }

        return opened;
    }

    /// <summary>The connection that is named by itself, or that is meant when none is named; null if there is none.</summary>
    internal static BackupRepository? Connected(RepositoryReference? reference)
    {
        BackupRepository? connection = reference is null ? SessionStore.Current.Default : reference.Repository;
        return connection is { IsConnected: true } ? connection : null;
    }

    /// <summary>The connection of this session to a place; null if there is none.</summary>
    internal static BackupRepository? Connected(RepositoryPlace place) =>
        SessionStore.Current.Find(place.Name) ?? SessionStore.Current.Find(place.Location);

    /// <summary>Opens a repository, asking for the password if nobody else has it.</summary>
    /// <param name="place">Where it is, and how it is reached.</param>
    /// <param name="options">All but that.</param>
    /// <param name="given">The password; null: wherever it is kept.</param>
    /// <param name="login">Who we are there; null: what the place says, else the environment.</param>
    internal BackupRepository Open(RepositoryPlace place, RepositoryOptions options, SecureString? given, BackendLogin? login = null)
    {
        var warnings = new ConcurrentQueue<string>();
        RepositoryOptions reached = Reach(place, options, login) with { Warn = warnings.Enqueue };
        Repository engine = WithPassword(place, given, (bus, password, token) =>
        {
            bus.Verbose($"Opening {Printable.Name(place.Name)}.");
            return Engine.Repository.OpenAsync(reached with { Password = password.Bytes }, token);
        });
        return new BackupRepository(place.Name, engine, warnings);
    }

    /// <summary>Does what needs the password of a repository. Who types it has three tries.</summary>
    /// <param name="place">Where the password may be kept.</param>
    /// <param name="given">The password; null: wherever it is kept.</param>
    /// <param name="work">The work, on other threads.</param>
    internal T WithPassword<T>(RepositoryPlace place, SecureString? given, Func<PipelineBus, Password, CancellationToken, Task<T>> work)
    {
        for (int i = 1; ; i++)
        {
            using Password password = FindPassword(place, given, isNew: false);
            T? result = default;
            Exception? exception = TryRun(async (bus, token) =>
            {
                result = await work(bus, password, token).ConfigureAwait(false);
            });
            if (exception is null)
            {
                return result!; // the work has set it
            }

            if (!(exception is PasswordIncorrectException && password.IsTyped && i < Tries))
            {
                Stop(exception, place.Name);
            }

            WriteWarning("That is not its password.");
        }
    }

    /// <summary>Another repository that a parameter names, which has to be connected.</summary>
    internal BackupRepository Other(RepositoryReference reference, string parameter)
    {
        BackupRepository? other = reference.Repository ?? SessionStore.Current.Find(reference.Text);
        if (other is not { IsConnected: true })
        {
            Refuse(
                "RepositoryClosed",
                ErrorCategory.InvalidArgument,
                $"-{parameter} takes a repository that is connected: what Connect-BackupRepository -NotDefault gives, or its name.",
                LocationSyntax.WithoutSecret(reference.Text));
        }

        return other;
    }

    /// <summary>Where another repository cuts files; null if none is named.</summary>
    internal ulong? ChunkerOf(RepositoryReference? reference, string parameter) => reference is null
        ? null
        : Work(Other(reference, parameter), isWriting: false, (engine, _, _) => Task.FromResult(engine.Config.ChunkerPolynomial));

    /// <summary>Options with how the place is reached.</summary>
    internal RepositoryOptions Reach(RepositoryPlace place, RepositoryOptions options, BackendLogin? login)
    {
        try
        {
            login ??= place.LoginSecret is { } secret ? Passwords.LoginFromSecret(secret.Name, secret.Vault) : null;
            return place.Connection.ApplyTo(options, Settings, login);
        }
        catch (CommandException exception)
        {
            Stop(exception, place.Name);
            throw;
        }
    }

    /// <summary>Where the repository is that is meant.</summary>
    internal RepositoryPlace FindPlace() => FindPlace(Repository);

    /// <summary>Where a repository is; if none is named, the one that the environment says.</summary>
    internal RepositoryPlace FindPlace(RepositoryReference? reference)
    {
        if (reference is { Text: { } text })
        {
            return RegistrationStore.IsName(text) && Registrations(store => store.Find(text)) is { } registration
                ? RepositoryPlace.Of(registration)
                : RepositoryPlace.At(Resolve(text));
        }

        if (Settings.Get("REPOSITORY") is { } location)
        {
            return RepositoryPlace.At(Resolve(location));
        }

        Refuse(
            "NoRepository",
            ErrorCategory.InvalidArgument,
            "Which repository? Use Connect-BackupRepository or -Repository, or set BACKUP_REPOSITORY.");
        throw new UnreachableException();
    }

    /// <summary>Finds the password of a repository, wherever it is kept.</summary>
    /// <param name="place">Where it may be kept.</param>
    /// <param name="given">The password that is given; null: none is.</param>
    /// <param name="isNew">It is about to be set: it may not be empty, and is asked for twice.</param>
    internal Password FindPassword(RepositoryPlace place, SecureString? given, bool isNew)
    {
        Password? password = given is not null ? PasswordAccess.Of(given, isTyped: false)
            : place.Secret is { } secret ? FromSecret(secret.Name, secret.Vault)
            : Run(place.Name, (_, token) => Engine.Repository.ReadPasswordAsync(place.Password, Settings, token));
        password ??= isNew ? AskTwice($"New password of {place.Name}") : Passwords.Ask($"Password of {place.Name}");
        if (password is null)
        {
            Refuse(
                "PasswordRequired",
                ErrorCategory.AuthenticationError,
                "No password is given, and nobody can be asked. Use -Password, or set BACKUP_PASSWORD_FILE.",
                place.Name);
        }

        return password;
    }

    /// <summary>Asks for a new password until both are equal or nobody answers.</summary>
    internal Password? AskTwice(string prompt)
    {
        Password? password = Passwords.Ask(prompt);
        if (password is null)
        {
            return null;
        }

        using Password? again = Passwords.Ask("The same again");
        if (again is null || !password.HasSameBytes(again))
        {
            password.Dispose();
            Refuse("PasswordsDiffer", ErrorCategory.InvalidArgument, "The two passwords differ. Nothing was changed.");
        }

        return password;
    }

    /// <summary>Reads or changes the registered repositories; if that fails, so does the cmdlet.</summary>
    internal T Registrations<T>(Func<RegistrationStore, T> use) =>
        Run("registered repositories", (_, _) => Task.FromResult(use(RegistrationStore.OfUser)));

    /// <summary>A location with its path as the engine takes it: PowerShell's place in the file system is not the process's.</summary>
    internal string Resolve(string location)
    {
        if (LocationSyntax.HasScheme(location, IsDrive))
        {
            return location;
        }

        string path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(location, out ProviderInfo provider, out _);
        if (provider.ImplementingType != typeof(FileSystemProvider))
        {
            Refuse(
                "PathNotFileSystem",
                ErrorCategory.InvalidArgument,
                $"«{location}» is a path of the provider {provider.Name}, where no repository can be. Write an absolute path, or FileSystem:: before it.",
                location);
        }

        return path;
    }

    /// <summary>Works on a repository and gives the result; if it fails, the cmdlet does.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="isWriting">Whether it is written to: then one command after the other.</param>
    /// <param name="work">The work, on other threads.</param>
    /// <param name="target">What it is about, for the error; null: the repository.</param>
    /// <param name="foreground">What this thread does meanwhile.</param>
    internal T Work<T>(
        BackupRepository repository,
        bool isWriting,
        Func<Repository, PipelineBus, CancellationToken, Task<T>> work,
        object? target = null,
        Action? foreground = null)
    {
        T? result = default;
        Exception? exception = TryWork(
            repository,
            isWriting,
            async (engine, bus, token) =>
            {
                result = await work(engine, bus, token).ConfigureAwait(false);
            },
            foreground);
        if (exception is not null)
        {
            Stop(exception, target ?? repository.Name);
        }

        return result!; // there is no exception, so the work has set it
    }

    /// <summary>Works on a repository and gives what the work threw.</summary>
    internal Exception? TryWork(
        BackupRepository repository,
        bool isWriting,
        Func<Repository, PipelineBus, CancellationToken, Task> work,
        Action? foreground = null)
    {
        int pipelineThread = Environment.CurrentManagedThreadId;
        Exception? exception = TryRun(
            async (bus, token) =>
            {
                using RepositoryLease lease = isWriting
                    ? await repository.WriteAsync(pipelineThread, token).ConfigureAwait(false)
                    : repository.Read();
                await work(lease.Engine, bus, token).ConfigureAwait(false);
            },
            foreground);
        TellWarnings(repository);
        return exception;
    }

    /// <summary>Hands on what the engine found surprising.</summary>
    internal void TellWarnings(BackupRepository repository)
    {
        while (repository.Warnings.TryDequeue(out string? warning))
        {
            WriteWarning(Wording.Of(warning));
        }
    }

    private Password FromSecret(string name, string? vault)
    {
        try
        {
            return Passwords.FromSecret(name, vault);
        }
        catch (CommandException exception)
        {
            Stop(exception, name);
            throw;
        }
    }

    private bool IsDrive(string name) =>
        SessionState.Drive.GetAll().Any(drive => string.Equals(drive.Name, name, StringComparison.OrdinalIgnoreCase));
}
