using System.Runtime.CompilerServices;

namespace Backup.Engine.Storage.Caching;

/// <summary>
/// Keeps index, snapshots and packs with trees on the local disk, so that a distant repository is asked for each once.
/// What the cache gives is verified by its name; files never change, so it is never out of date.
/// </summary>
internal sealed class CachingBackend(IBackend inner, CacheFolder cache) : BackendDecorator(inner)
{
    /// <summary>No pack is larger, but for a single tree that is; such a pack is not cached.</summary>
    private const int MaxPackLength = 256 * 1024 * 1024;

    private const int MaxGates = 16;

    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, MaxGates).Select(_ => new SemaphoreSlim(1))];
    private int _bypasses;

    /// <summary>Whether a pack has trees, as far as that is known.</summary>
    public Predicate<Digest> HoldsTrees { get; set; } = _ => false;

    private bool IsBypassed => Volatile.Read(ref _bypasses) > 0;

    /// <summary>Until it is disposed everything is read from the repository itself: for who wants to know how that is.</summary>
    public IDisposable Bypass()
    {
        Interlocked.Increment(ref _bypasses);
        return new Detour(this);
    }

    /// <summary>Keeps a pack with trees that was just saved.</summary>
    public void Keep(FileHandle pack, ReadOnlySpan<byte> content) => cache.Save(pack, content);

    /// <summary>Removes packs that the repository no longer has.</summary>
    public void RetainPacks(Predicate<Digest> isThere) => cache.Retain(FileKind.Pack, isThere);

    /// <inheritdoc/>
    public override async Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
    {
        if (file.Kind is not (FileKind.Snapshot or FileKind.Index) || IsBypassed)
        {
            return await Inner.LoadAsync(file, maxLength, cancellationToken).ConfigureAwait(false);
        }

        if (cache.TryLoad(file) is byte[] cached && cached.Length <= maxLength)
        {
            return cached;
        }

        byte[] content = await Inner.LoadAsync(file, maxLength, cancellationToken).ConfigureAwait(false);
        if (Digest.Of(content) == file.Name)
        {
            cache.Save(file, content);
        }

        return content;
    }

    /// <inheritdoc/>
    public override async Task LoadRangeAsync(
        FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (file.Kind != FileKind.Pack || IsBypassed || !HoldsTrees(file.Name))
        {
            await Inner.LoadRangeAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (cache.TryLoadRange(file, offset, destination.Span))
        {
            return;
        }

        SemaphoreSlim gate = _gates[file.Name.FirstByte % MaxGates]; // the second who wants a pack waits for the first
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!cache.Contains(file))
            {
                await FetchAsync(file, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            gate.Release();
        }

        if (!cache.TryLoadRange(file, offset, destination.Span))
        {
            await Inner.LoadRangeAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await Inner.SaveAsync(file, content, cancellationToken).ConfigureAwait(false);
        if (file.Kind is FileKind.Snapshot or FileKind.Index)
        {
            cache.Save(file, content.Span);
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<BackendFile> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool isCached = kind is FileKind.Snapshot or FileKind.Index;
        var names = new HashSet<Digest>();
        await foreach (BackendFile file in Inner.ListAsync(kind, cancellationToken).ConfigureAwait(false))
        {
            if (isCached)
            {
                names.Add(file.Handle.Name);
            }

            yield return file;
        }

        if (isCached)
        {
            cache.Retain(kind, names.Contains); // only after a listing that was complete
        }
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(FileHandle file, CancellationToken cancellationToken)
    {
        await Inner.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
        if (file.Kind is FileKind.Snapshot or FileKind.Index or FileKind.Pack)
        {
            cache.Remove(file);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Array.ForEach(_gates, gate => gate.Dispose());
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task FetchAsync(FileHandle pack, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = await Inner.LoadAsync(pack, MaxPackLength, cancellationToken).ConfigureAwait(false);
            if (Digest.Of(content) == pack.Name)
            {
                cache.Save(pack, content);
            }
        }
        catch (RepositoryDamagedException)
        {
            // Too large to be cached: whoever wants a part of it reads that.
        }
    }

    private sealed class Detour(CachingBackend backend) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                Interlocked.Decrement(ref backend._bypasses);
            }
        }
    }
}
