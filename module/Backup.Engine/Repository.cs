using Backup.Engine.Archiving;
using Backup.Engine.Browsing;
using Backup.Engine.Passwords;
using Backup.Engine.Repositories;
using Backup.Engine.Restoring;
using Backup.Engine.Sources;
using Backup.Engine.Storage.Caching;
using Backup.Engine.Storage;

namespace Backup.Engine;

/// <summary>
/// An opened repository: the façade over everything that can be done with it. Operations lock the repository as
/// restic does, and may run one after the other on the same object.
/// </summary>
public sealed partial class Repository : IAsyncDisposable
{
    private readonly OpenedRepository _opened;

    private Repository(OpenedRepository opened) => _opened = opened;

    /// <summary>The location as people write it, without secrets.</summary>
    public string Location => _opened.Backend.Location;

    /// <summary>What went to and came from that place since the repository was opened; also after it was disposed.</summary>
    public BackendTraffic Traffic => _opened.Traffic;

    /// <summary>The repository's config document.</summary>
    public RepositoryConfig Config => _opened.Config;

    /// <summary>A location without secrets: for messages about it before, or without, opening it.</summary>
    /// <param name="location">As in <see cref="RepositoryOptions.Location"/>, whether it makes sense or not.</param>
    public static string DisplayLocation(string location) => BackendFactory.DisplayName(location);

    /// <summary>The folder of a repository in this machine's files, as its location has it.</summary>
    /// <param name="location">As in <see cref="RepositoryOptions.Location"/>.</param>
    /// <returns>Null if the repository is in another place.</returns>
    /// <exception cref="ArgumentException">No kind of place that is known has such a location.</exception>
    public static string? LocalFolderOf(string location) => BackendFactory.FolderOf(location);

    /// <summary>
    /// Makes a kind of place known to this process, such as one from an assembly of its own. A kind of the same name is
    /// replaced. Call it before locations of that kind are used.
    /// </summary>
    /// <param name="scheme">What stands before the colon of its locations.</param>
    /// <param name="find">Gives the kind when the first location or setting of it is met, so that nothing is loaded in vain.</param>
    public static void AddBackendKind(string scheme, Func<BackendKind> find)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scheme);
        ArgumentNullException.ThrowIfNull(find);
        BackendFactory.Add(scheme, find);
    }

    /// <summary>Creates a repository and opens it.</summary>
    /// <exception cref="RepositoryExistsException">There is one already.</exception>
    public static async Task<Repository> CreateAsync(RepositoryOptions options, CancellationToken cancellationToken) =>
        new(await OpenedRepository.CreateAsync(options, cancellationToken).ConfigureAwait(false));

    /// <summary>Opens a repository.</summary>
    /// <exception cref="RepositoryNotFoundException">There is none.</exception>
    /// <exception cref="PasswordIncorrectException">The password opens none of its keys.</exception>
    public static async Task<Repository> OpenAsync(RepositoryOptions options, CancellationToken cancellationToken) =>
        new(await OpenedRepository.OpenAsync(options, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Reads a password from a file or a command; else from what BACKUP_PASSWORD_FILE, BACKUP_PASSWORD_COMMAND or
    /// BACKUP_PASSWORD say, else restic's variables of the same kind.
    /// </summary>
    /// <param name="place">Where it is, if that is known.</param>
    /// <param name="environment">The environment's variables; null: only the place counts.</param>
    /// <param name="cancellationToken">Stops a password command.</param>
    /// <returns>The password, which may be empty; null if nobody says where it is.</returns>
    /// <exception cref="PasswordUnavailableException">It can't be had from there, or there are two places.</exception>
    public static Task<Password?> ReadPasswordAsync(
        PasswordPlace place, EnvironmentSettings? environment, CancellationToken cancellationToken) =>
        PasswordReader.ReadAsync(place, environment, cancellationToken);

    /// <summary>
    /// Creates a repository that is to be a replica of another one: it has the same master key, under a password of its own,
    /// so that snapshots keep their ids when they are replicated, and cuts files at the same places.
    /// </summary>
    /// <exception cref="RepositoryExistsException">There is one already.</exception>
    public static async Task<Repository> CreateReplicaAsync(
        Repository original, RepositoryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(original);
        return new(await OpenedRepository.CreateAsync(options, cancellationToken, original._opened).ConfigureAwait(false));
    }

    /// <summary>
    /// Where caches are kept by convention: BACKUP_CACHE_DIR or RESTIC_CACHE_DIR, else <c>backup</c> in the user's folder for
    /// caches (XDG_CACHE_HOME, ~/.cache, ~/Library/Caches, LOCALAPPDATA).
    /// </summary>
    /// <returns>Null if the environment says none of these.</returns>
    public static string? DefaultCacheFolder(EnvironmentSettings environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return CacheInventory.DefaultFolder(environment);
    }

    /// <summary>Lists the caches in a folder, the one that was used last first.</summary>
    /// <param name="folder">See <see cref="RepositoryOptions.CacheFolder"/>.</param>
    /// <param name="withSizes">Whether their bytes are counted.</param>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public static IReadOnlyList<CacheInfo> ListCaches(string folder, bool withSizes) => CacheInventory.List(folder, withSizes);

    /// <summary>Removes the caches in a folder that were not used since a point in time.</summary>
    /// <returns>Those that were removed.</returns>
    /// <exception cref="IOException">The folder can't be read, or a cache not be removed.</exception>
    public static IReadOnlyList<CacheInfo> RemoveUnusedCaches(string folder, DateTimeOffset since) =>
        CacheInventory.RemoveUnused(folder, since);

    /// <summary>A source for <see cref="BackupOptions"/>: files and directories.</summary>
    /// <exception cref="ArgumentException">There are no paths, or a rule is malformed.</exception>
    /// <exception cref="SourceException">None of the paths exists, or a file with paths or patterns can't be read.</exception>
    public static IBackupSource CreateSource(FileSystemSourceOptions options) => SourceFactory.FileSystem(options);

    /// <summary>A source for <see cref="BackupOptions"/>: one file with the content of a stream.</summary>
    /// <exception cref="ArgumentException">There is no file name.</exception>
    public static IBackupSource CreateSource(StreamSourceOptions options) => SourceFactory.Stream(options, TimeProvider.System);

    /// <summary>A source for <see cref="BackupOptions"/>: one file with the output of a command.</summary>
    /// <exception cref="ArgumentException">There is no command, or no file name.</exception>
    public static IBackupSource CreateSource(CommandSourceOptions options) => SourceFactory.Command(options, TimeProvider.System);

    /// <summary>Backs up a source into a new snapshot.</summary>
    /// <returns>The snapshot, what was counted, and what could not be read.</returns>
    /// <exception cref="SourceException">The source as a whole can't be read.</exception>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository exclusively.</exception>
    public Task<BackupSummary> BackupAsync(
        BackupOptions options, IProgress<BackupProgress>? progress, CancellationToken cancellationToken) =>
        SnapshotArchiver.RunOneAsync(_opened, options, progress, cancellationToken);

    /// <summary>Backs up a source that is read once into several repositories, each with a snapshot, a parent and a key of its own.</summary>
    /// <returns>What became of each: one that fails does not stop the others, and has all again after the next backup.</returns>
    /// <exception cref="ArgumentException">They cut files at different places, one is named twice, or a parent is given.</exception>
    public static Task<IReadOnlyList<BackupTargetResult>> BackupAsync(
        IReadOnlyList<Repository> repositories, BackupOptions options, IProgress<BackupProgress>? progress, CancellationToken cancellationToken) =>
        new SnapshotArchiver([.. repositories.Select(repository => repository._opened)], options, progress).RunAsync(cancellationToken);

    /// <summary>Finds one snapshot.</summary>
    /// <param name="snapshot">An id, the beginning of an id, or <c>latest</c>.</param>
    /// <param name="filter">Those that <c>latest</c> is taken from.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="SnapshotNotFoundException">There is none.</exception>
    /// <exception cref="SnapshotAmbiguousException">Several ids begin like this.</exception>
    public Task<Snapshot> FindSnapshotAsync(string snapshot, SnapshotFilter filter, CancellationToken cancellationToken) =>
        _opened.FindSnapshotAsync(snapshot, filter, cancellationToken);

    /// <summary>Lists snapshots.</summary>
    /// <exception cref="SnapshotNotFoundException">One that was asked for is not there.</exception>
    public Task<SnapshotList> ListSnapshotsAsync(SnapshotListOptions options, CancellationToken cancellationToken) =>
        new SnapshotLister(_opened, options).RunAsync(cancellationToken);

    /// <summary>Lists what is in a snapshot, folder by folder: never more than one folder per level is in memory.</summary>
    /// <exception cref="SnapshotNotFoundException">There is no such snapshot.</exception>
    /// <exception cref="ItemNotFoundException">There is no such folder.</exception>
    public IAsyncEnumerable<SnapshotItem> ListAsync(ListOptions options, CancellationToken cancellationToken) =>
        new ContentLister(_opened, options).RunAsync(cancellationToken);

    /// <summary>Finds items by name, or what needs a blob, tree or pack, in all or some snapshots.</summary>
    /// <exception cref="ArgumentException">A pattern is malformed.</exception>
    public IAsyncEnumerable<FindMatch> FindAsync(FindOptions options, CancellationToken cancellationToken) =>
        new SnapshotSearch(_opened, options).RunAsync(cancellationToken);

    /// <summary>Writes a file, or a folder as an archive, to a stream.</summary>
    /// <exception cref="SnapshotNotFoundException">There is no such snapshot.</exception>
    /// <exception cref="ItemNotFoundException">There is no such file or folder.</exception>
    public Task<DumpSummary> DumpAsync(
        DumpOptions options, Stream destination, IProgress<DumpProgress>? progress, CancellationToken cancellationToken) =>
        new Dumper(_opened, options, destination, progress).RunAsync(cancellationToken);

    /// <summary>Compares two snapshots.</summary>
    /// <exception cref="SnapshotNotFoundException">There is no such snapshot.</exception>
    public Task<DiffSummary> DiffAsync(DiffOptions options, CancellationToken cancellationToken) =>
        new SnapshotComparer(_opened, options).RunAsync(cancellationToken);

    /// <summary>Compares files on the disk with a snapshot: which differ, and which only one of both has.</summary>
    /// <remarks>All files are read, nothing of their content in the repository is: whether that is sound a check tells.</remarks>
    /// <exception cref="ArgumentException">There are no paths, a rule is malformed, or a folder is named and several paths.</exception>
    /// <exception cref="SourceException">None of the paths exists, or a file with paths or patterns can't be read.</exception>
    /// <exception cref="SnapshotNotFoundException">There is no such snapshot, or none of these paths.</exception>
    /// <exception cref="ItemNotFoundException">A path that was asked for, or the folder, is not in the snapshot.</exception>
    public Task<SourceDiffSummary> DiffSourceAsync(
        SourceDiffOptions options, IProgress<SourceDiffProgress>? progress, CancellationToken cancellationToken) =>
        new SourceComparer(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Counts files, blobs and bytes.</summary>
    public Task<StatsResult> StatsAsync(
        StatsOptions options, IProgress<StatsProgress>? progress, CancellationToken cancellationToken) =>
        new StatsCounter(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Writes an object of the repository to a stream, documents as JSON.</summary>
    /// <exception cref="ItemNotFoundException">There is no such object.</exception>
    /// <exception cref="RepositoryDamagedException">
    /// The object is damaged. A pack is written first all the same, as it is.
    /// </exception>
    public Task CatAsync(CatOptions options, Stream destination, CancellationToken cancellationToken) =>
        new ObjectReader(_opened, options, destination).RunAsync(cancellationToken);

    /// <summary>Restores files of a snapshot. What fails with single items is in the result, and the rest goes on.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="SnapshotNotFoundException">There is no such snapshot.</exception>
    /// <exception cref="ItemNotFoundException">The snapshot has no such folder.</exception>
    /// <exception cref="RestoreRefusedException">The target can't be made, or is no directory.</exception>
    /// <exception cref="StorageFullException">The target is full. What has been restored is complete.</exception>
    public Task<RestoreSummary> RestoreAsync(
        RestoreOptions options, IProgress<RestoreProgress>? progress, CancellationToken cancellationToken) =>
        new SnapshotRestorer(_opened, options, progress).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _opened.DisposeAsync();
}
