namespace Backup.Engine;

/// <summary>
/// Where a repository's files are kept. Files are written once, never changed, and found again by kind and name.
/// All members may be called concurrently.
/// </summary>
/// <remarks>
/// Errors: a file that is not there is <see cref="BackendFileNotFoundException"/>, everything else that goes wrong
/// outside of us is <see cref="BackendException"/>, whose <c>IsTransient</c> says whether trying again can help.
/// </remarks>
public interface IBackend : IAsyncDisposable
{
    /// <summary>The location as people write it, without user names, passwords or tokens.</summary>
    string Location { get; }

    /// <summary>How many calls at once make sense: 2 for a disk, more for a distant service.</summary>
    int Connections { get; }

    /// <summary>
    /// Whether a listing shows, everywhere and at once, what was saved before it. Where not, those who lock a repository
    /// wait a moment for each other's locks.
    /// </summary>
    bool ListsAtOnce => false;

    /// <summary>Prepares an empty place (folders, a bucket). Does nothing where it is prepared already.</summary>
    Task CreateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores a file, durably and as a whole: afterwards it survives a power cut; if this fails, no file of this name
    /// is to be seen. A file that is there already is left as it is and refused.
    /// </summary>
    /// <param name="file">Its kind and name.</param>
    /// <param name="content">All its bytes, lent until the task is done.</param>
    /// <param name="cancellationToken">Ends the wait; the file is then there as a whole or not at all.</param>
    /// <exception cref="BackendFileExistsException">There is a file of that name.</exception>
    Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the one file whose content may change: the config. Where the place can do that at once, there is always the
    /// old or the new one; else it is removed and saved, and a program that is killed in between leaves none.
    /// </summary>
    /// <param name="file">Its kind and name.</param>
    /// <param name="content">Lent until the task is done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    async Task ReplaceAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await DeleteAsync(file, cancellationToken).ConfigureAwait(false);
        await SaveAsync(file, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="file">Its kind and name.</param>
    /// <param name="maxLength">More bytes than this are refused as damage, before they are allocated.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BackendFileNotFoundException">There is no such file.</exception>
    Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken);

    /// <summary>Reads a part of a file.</summary>
    /// <param name="file">Its kind and name.</param>
    /// <param name="offset">Where the part begins, in bytes.</param>
    /// <param name="destination">Filled completely.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BackendFileNotFoundException">There is no such file.</exception>
    /// <exception cref="RepositoryDamagedException">The file ends before the part does.</exception>
    Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>The file's size in bytes.</summary>
    /// <exception cref="BackendFileNotFoundException">There is no such file.</exception>
    Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken);

    /// <summary>All files of a kind, in no order. What is not named like such a file is passed over.</summary>
    IAsyncEnumerable<BackendFile> ListAsync(FileKind kind, CancellationToken cancellationToken);

    /// <summary>Removes a file. One that is not there is no error: somebody else removed it.</summary>
    Task DeleteAsync(FileHandle file, CancellationToken cancellationToken);
}
