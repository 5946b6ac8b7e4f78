using System.Runtime.CompilerServices;
using Backup.Engine;

namespace Backup.TestKit;

/// <summary>
/// Passes calls on to another backend, records them, and fails where it is told to. The calls are numbered from 1, in the
/// order in which they begin; those that <see cref="Counts"/> leaves out have no number and never fail.
/// </summary>
public sealed class FaultyBackend : IBackend
{
    private readonly Lock _gate = new();
    private readonly List<BackendCall> _calls = [];
    private readonly IBackend _inner;
    private readonly int _firstFailing;
    private readonly int _lastFailing;
    private readonly bool _failsAfterwards;
    private readonly Func<BackendCall, Exception> _error;
    private int _counted;

    private FaultyBackend(IBackend inner, int firstFailing, int lastFailing, bool failsAfterwards, Func<BackendCall, Exception>? error)
    {
        _inner = inner;
        _firstFailing = firstFailing;
        _lastFailing = lastFailing;
        _failsAfterwards = failsAfterwards;
        _error = error ?? (call => new BackendException($"The test lets {call.Operation} of {call.File} fail.", isTransient: false));
    }

    /// <summary>Which calls have a number. All, unless said otherwise.</summary>
    public Func<BackendCall, bool> Counts { get; init; } = _ => true;

    /// <summary>How many numbered calls there were.</summary>
    public int CallCount
    {
        get
        {
            lock (_gate)
            {
                return _counted;
            }
        }
    }

    /// <summary>All calls up to now, without number or not, failed or not.</summary>
    public IReadOnlyList<BackendCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return _calls.ToArray();
            }
        }
    }

    /// <inheritdoc/>
    public string Location => _inner.Location;

    /// <inheritdoc/>
    public int Connections => _inner.Connections;

    /// <inheritdoc/>
    public bool ListsAtOnce => _inner.ListsAtOnce;

    /// <summary>Fails never: counts and records.</summary>
    public static FaultyBackend Recording(IBackend inner) => new(inner, 0, -1, false, null);

    /// <summary>The n-th call fails and has done nothing.</summary>
    public static FaultyBackend FailsBefore(IBackend inner, int n, Func<BackendCall, Exception>? error = null) =>
        new(inner, n, n, false, error);

    /// <summary>The n-th call does what it should and fails then: the answer was lost.</summary>
    public static FaultyBackend FailsAfter(IBackend inner, int n, Func<BackendCall, Exception>? error = null) =>
        new(inner, n, n, true, error);

    /// <summary>The n-th call and all after it fail and do nothing: to the repository it looks as if the process died.</summary>
    public static FaultyBackend StopsAfter(IBackend inner, int n, Func<BackendCall, Exception>? error = null) =>
        new(inner, n, int.MaxValue, false, error);

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken) =>
        RunAsync(new BackendCall(BackendOperation.Create, FileHandle.Config), () => _inner.CreateAsync(cancellationToken));

    /// <inheritdoc/>
    public Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RunAsync(new BackendCall(BackendOperation.Save, file), () => _inner.SaveAsync(file, content, cancellationToken));

    /// <inheritdoc/>
    public Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken) =>
        RunAsync(new BackendCall(BackendOperation.Load, file), () => _inner.LoadAsync(file, maxLength, cancellationToken));

    /// <inheritdoc/>
    public Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        RunAsync(
            new BackendCall(BackendOperation.LoadRange, file),
            () => _inner.LoadRangeAsync(file, offset, destination, cancellationToken));

    /// <inheritdoc/>
    public Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken) =>
        RunAsync(new BackendCall(BackendOperation.GetSize, file), () => _inner.GetSizeAsync(file, cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(
        FileKind kind,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = new BackendCall(BackendOperation.List, new FileHandle(kind, default));
        bool fails = Begin(call);
        await foreach (BackendFile file in _inner.ListAsync(kind, cancellationToken))
        {
            yield return file;
        }

        if (fails)
        {
            throw _error(call);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(FileHandle file, CancellationToken cancellationToken) =>
        RunAsync(new BackendCall(BackendOperation.Delete, file), () => _inner.DeleteAsync(file, cancellationToken));

    /// <summary>Disposes the other backend.</summary>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private async Task RunAsync(BackendCall call, Func<Task> run)
    {
        bool fails = Begin(call);
        await run();
        if (fails)
        {
            throw _error(call);
        }
    }

    private async Task<T> RunAsync<T>(BackendCall call, Func<Task<T>> run)
    {
        bool fails = Begin(call);
        T result = await run();
        return fails ? throw _error(call) : result;
    }

    /// <summary>Records the call, throws where it fails beforehand, and says whether it fails afterwards.</summary>
    private bool Begin(BackendCall call)
    {
        bool fails;
        lock (_gate)
        {
            _calls.Add(call);
            if (!Counts(call))
            {
                return false;
            }

            _counted++;
            fails = _counted >= _firstFailing && _counted <= _lastFailing;
        }

        return fails && !_failsAfterwards ? throw _error(call) : fails;
    }
}
