using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Backup.Engine;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// A repository in a store that takes objects of a limited size as a whole and knows no ranges: files are stored in parts, and
/// a file is there when its label is. So a file appears and disappears at once, whatever breaks on the way, and a part of it can
/// be read without the rest. What an interrupted save or removal leaves are parts without a label, which nobody sees; they are
/// removed when they are a day old.
/// </summary>
/// <param name="location">The location as people write it.</param>
/// <param name="partSize">The largest part in bytes, until Dapr turns out to take less.</param>
/// <param name="owned">What ends together with the backend; null for nothing.</param>
/// <param name="time">The clock.</param>
internal abstract class PartedBackend(string location, int partSize, IDisposable? owned, TimeProvider time) : IBackend
{
    private const int SmallestPart = 16 * 1024;
    private const int PartsAtOnce = 4;
    private const int Stripes = 64;

    /// <summary>No save takes so long, and no clock goes so wrong.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<FileHandle, PartedFile> _known = new();
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    private volatile int _partSize = partSize;
    private int _isSweepDue;

    /// <inheritdoc/>
    public string Location { get; } = location;

    /// <inheritdoc/>
    public abstract int Connections { get; }

    /// <inheritdoc/>
    public abstract bool ListsAtOnce { get; }

    /// <inheritdoc/>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await RunAsync("prepared", PrepareAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SemaphoreSlim stripe = _stripes[(uint)file.GetHashCode() % Stripes];
        await stripe.WaitAsync(cancellationToken);
        try
        {
            await RunAsync($"used to save the file {file}", SaveUndisturbedAsync(file, content, cancellationToken));
        }
        finally
        {
            stripe.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] content = [];
        await ReadAsync(
            file,
            found =>
            {
                if (found.Size > maxLength)
                {
                    throw new RepositoryDamagedException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"The file {file} has {found.Size:N0} bytes, more than the {maxLength:N0} that such a file can have. Run a check."));
                }

                content = GC.AllocateUninitializedArray<byte>((int)found.Size);
                return (0, content);
            },
            cancellationToken);
        return content;
    }

    /// <inheritdoc/>
    public async Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        await ReadAsync(
            file,
            found => offset <= found.Size - destination.Length
                ? (offset, destination)
                : throw new RepositoryDamagedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The file {file} has {found.Size:N0} bytes, but {destination.Length:N0} bytes at offset {offset:N0} are needed: it was cut short. Run a check.")),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<PartedFile> found = await RunAsync($"asked for the file {file}", FindAsync(Normal(file), cancellationToken));
        return found.Count == 0 ? throw NotFound(file) : found[0].Size;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var seen = new HashSet<FileHandle>();
        await using IAsyncEnumerator<IReadOnlyList<PartedFile>> pages = ListPagesAsync(kind, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await RunAsync($"listed for its {PartedFile.FolderOf(kind)}", pages.MoveNextAsync().AsTask()))
        {
            foreach (PartedFile file in pages.Current.Where(file => seen.Add(file.Handle)))
            {
                _known.TryAdd(file.Handle, file);
                yield return new BackendFile(file.Handle, file.Size);
            }
        }

        // Who lists packs to their end looks after the repository: a check, a prune.
        Volatile.Write(ref _isSweepDue, kind == FileKind.Pack ? 1 : Volatile.Read(ref _isSweepDue));
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(FileHandle file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _known.TryRemove(Normal(file), out _);
        foreach (PartedFile found in await RunAsync($"asked for the file {file}", FindAsync(Normal(file), cancellationToken)))
        {
            await RunAsync($"used to remove the file {file}", RemoveAsync(found, cancellationToken));
        }

        // Who removes something, be it only a lock, may do so, and is no backup that this would keep waiting.
        if (Interlocked.Exchange(ref _isSweepDue, 0) == 1)
        {
            await TrySweepAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Array.ForEach(_stripes, stripe => stripe.Dispose());
        owned?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes an empty place ready; nothing changes if it is.</summary>
    protected abstract Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Finds out what has to be known before something is written.</summary>
    protected abstract Task BeginWritingAsync(CancellationToken cancellationToken);

    /// <summary>Stores an object, as a whole or in a way that shows that it is not.</summary>
    protected abstract Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Reads an object; null if there is none, or not the whole of one.</summary>
    protected abstract Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Removes an object that may be there.</summary>
    protected abstract Task DropAsync(string name, CancellationToken cancellationToken);

    /// <summary>Finds the labels of a file, the one that counts first.</summary>
    protected abstract Task<IReadOnlyList<PartedFile>> FindAsync(FileHandle file, CancellationToken cancellationToken);

    /// <summary>Begins to save a file: its parts may be there from now on, without a label.</summary>
    /// <returns>False: there is such a file already.</returns>
    protected abstract Task<bool> AnnounceAsync(PartedFile file, CancellationToken cancellationToken);

    /// <summary>Finds what has parts, or may have some, and no label.</summary>
    /// <param name="kind">Of this kind.</param>
    /// <param name="before">Only what was begun before.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    protected abstract Task<IReadOnlyList<PartedFile>> FindUnlabelledAsync(FileKind kind, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Makes sure that what has no label gets none any more.</summary>
    /// <returns>False: it has one by now.</returns>
    protected abstract Task<bool> DisownAsync(PartedFile file, CancellationToken cancellationToken);

    /// <summary>All parts of what has no label are removed.</summary>
    protected abstract Task ForgetAsync(PartedFile file, CancellationToken cancellationToken);

    /// <summary>Gives a file whose parts are stored its label.</summary>
    /// <returns>False: another one has labelled the same file meanwhile.</returns>
    protected abstract Task<bool> LabelAsync(PartedFile file, CancellationToken cancellationToken);

    /// <summary>Takes a label away.</summary>
    protected abstract Task UnlabelAsync(PartedFile file, CancellationToken cancellationToken);

    /// <summary>The labels of a kind.</summary>
    protected abstract IAsyncEnumerable<IReadOnlyList<PartedFile>> ListPagesAsync(FileKind kind, CancellationToken cancellationToken);

    /// <summary>There is one config file, whatever name it was asked for by.</summary>
    private static FileHandle Normal(FileHandle file) => file.Kind == FileKind.Config ? FileHandle.Config : file;

    private async Task SaveUndisturbedAsync(FileHandle handle, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        handle = Normal(handle);
        await BeginWritingAsync(cancellationToken);
        PartedFile file = await PutPartsAsync(handle, content, cancellationToken);
        if (!await LabelAsync(file, cancellationToken))
        {
            await TryDiscardAsync(file, cancellationToken);
            throw Exists(handle);
        }

        _known[handle] = file;
    }

    /// <summary>Stores the parts. Where they turn out to be larger than Dapr takes, smaller ones from now on.</summary>
    private async Task<PartedFile> PutPartsAsync(FileHandle handle, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        while (true)
        {
            int size = _partSize;
            PartedFile file = PartedFile.New(handle, content.Length, size, time.GetUtcNow());
            if (!await AnnounceAsync(file, cancellationToken))
            {
                throw Exists(handle);
            }

            try
            {
                for (int i = 0; i < file.PartCount; i++)
                {
                    await PutAsync(file.PartName(i), content.Slice(i * size, file.PartLength(i)), cancellationToken);
                }

                return file;
            }
            catch (DaprException exception)
            {
                await TryDiscardAsync(file, cancellationToken);
                if (!exception.IsTooLarge || size <= SmallestPart)
                {
                    throw;
                }

                Interlocked.CompareExchange(ref _partSize, Math.Max(SmallestPart, Math.Min(size, content.Length) / 2), size);
            }
        }
    }

    private async Task RemoveAsync(PartedFile file, CancellationToken cancellationToken)
    {
        await UnlabelAsync(file, cancellationToken);
        await DiscardAsync(file, cancellationToken);
    }

    private async Task TryDiscardAsync(PartedFile file, CancellationToken cancellationToken)
    {
        try
        {
            await DiscardAsync(file, cancellationToken);
        }
        catch (DaprException)
        {
            // Parts without a label are seen by nobody; what is wrong with the save itself is what is to be told.
        }
    }

    /// <summary>Removes the parts of what has no label.</summary>
    private async Task DiscardAsync(PartedFile file, CancellationToken cancellationToken)
    {
        await DropPartsAsync(file, cancellationToken);
        await ForgetAsync(file, cancellationToken);
    }

    /// <summary>Removes parts that interrupted saves and removals left.</summary>
    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            DateTimeOffset before = time.GetUtcNow() - Grace;
            foreach (FileKind kind in Enum.GetValues<FileKind>())
            {
                foreach (PartedFile left in await FindUnlabelledAsync(kind, before, cancellationToken))
                {
                    if (await DisownAsync(left, cancellationToken))
                    {
                        await DiscardAsync(left, cancellationToken);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is DaprException or RepositoryDamagedException)
        {
            // They harm nobody, and are found again by the next check or prune; damage is told by who reads it.
        }
    }

    private Task DropPartsAsync(PartedFile file, CancellationToken cancellationToken) =>
        ForEachPartAsync(0, file.PartCount, (i, token) => DropAsync(file.PartName(i), token), cancellationToken);

    /// <summary>Reads what is asked for of a file. One that was removed since we saw it is looked for again.</summary>
    private async Task ReadAsync(
        FileHandle handle, Func<PartedFile, (long Offset, Memory<byte> Destination)> choose, CancellationToken cancellationToken)
    {
        handle = Normal(handle);
        bool isKnown = _known.TryGetValue(handle, out PartedFile? file);
        file ??= await FindAnewAsync(handle, cancellationToken);
        (long offset, Memory<byte> destination) = choose(file);
        int? missing = await RunAsync($"used to read the file {handle}", ReadPartsAsync(file, offset, destination, cancellationToken));
        if (missing is not null && isKnown)
        {
            _known.TryRemove(handle, out _);
            file = await FindAnewAsync(handle, cancellationToken);
            (offset, destination) = choose(file);
            missing = await RunAsync($"used to read the file {handle}", ReadPartsAsync(file, offset, destination, cancellationToken));
        }

        if (missing is { } part)
        {
            throw new RepositoryDamagedException(
                $"Part {part + 1} of {file.PartCount} of the file {handle} is missing in {Location}, or was cut short. Run a check.");
        }
    }

    private async Task<PartedFile> FindAnewAsync(FileHandle handle, CancellationToken cancellationToken)
    {
        IReadOnlyList<PartedFile> found = await RunAsync($"asked for the file {handle}", FindAsync(handle, cancellationToken));
        return found.Count == 0 ? throw NotFound(handle) : _known.GetOrAdd(handle, found[0]);
    }

    /// <returns>A part that could not be had; null if all could.</returns>
    private async Task<int?> ReadPartsAsync(PartedFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty)
        {
            return null;
        }

        int first = (int)(offset / file.PartSize);
        int end = (int)((offset + destination.Length - 1) / file.PartSize) + 1;
        int missing = -1;
        await ForEachPartAsync(first, end, ReadAsync, cancellationToken);
        return missing < 0 ? null : missing;

        async Task ReadAsync(int index, CancellationToken token)
        {
            if (await GetAsync(file.PartName(index), token) is not { } part || part.Length != file.PartLength(index))
            {
                Volatile.Write(ref missing, index);
                return;
            }

            long partStart = (long)index * file.PartSize;
            int skip = (int)Math.Max(0, offset - partStart);
            int target = (int)Math.Max(0, partStart - offset);
            int length = Math.Min(part.Length - skip, destination.Length - target);
            part.Slice(skip, length).CopyTo(destination[target..]);
        }
    }

    private static Task ForEachPartAsync(int first, int end, Func<int, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        Parallel.ForAsync(
            first,
            end,
            new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken },
            async (i, token) => await work(i, token));

    private BackendFileExistsException Exists(FileHandle file) =>
        new($"The repository {Location} has a file {file} already; it was left as it is.");

    private BackendFileNotFoundException NotFound(FileHandle file) =>
        new($"The repository {Location} has no file {file}. If it should have one, run a check.");

    private async Task RunAsync(string what, Task work) => await RunAsync(what, DoneAsync(work));

    private static async Task<bool> DoneAsync(Task work)
    {
        await work;
        return true;
    }

    private async Task<T> RunAsync<T>(string what, Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (DaprException exception) when (exception.IsDenied)
        {
            throw new BackendAccessDeniedException($"{Location} could not be {what}: {exception.Message}", exception);
        }
        catch (DaprException exception)
        {
            throw new BackendException($"{Location} could not be {what}: {exception.Message}", exception.IsTransient, exception);
        }
    }
}
