using System.Threading.Channels;
using Backup.Engine.Concurrency;

namespace Backup.Engine.Repositories;

/// <summary>Completes full packs, stores them, and makes their blobs known.</summary>
internal sealed class PackUploader
{
    private readonly OpenedRepository _repository;
    private readonly IndexWriter _index;
    private readonly bool _discards;
    private readonly bool _addsToIndex;

    // Costs one pack (the pack size and up to one more blob) per item, besides one for each uploader; see MemoryBudget.
    private readonly Channel<OpenPack> _queue = Channel.CreateBounded<OpenPack>(1);
    private readonly Lock _gate = new();
    private readonly int _maxUnfinished;
    private int _unfinished;
    private int _stored;
    private TaskCompletionSource? _idle;
    private TaskCompletionSource? _room;

    /// <summary>Starts the uploaders as stages of a group.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="index">Takes down what was stored.</param>
    /// <param name="stages">The group that the uploaders join.</param>
    /// <param name="budget">How many packs may be stored, or wait for it, at once.</param>
    /// <param name="discards">Do everything but store: a dry run.</param>
    /// <param name="addsToIndex">Make the blobs known to the index in memory, too.</param>
    public PackUploader(OpenedRepository repository, IndexWriter index, StageGroup stages, MemoryBudget budget, bool discards, bool addsToIndex)
    {
        _repository = repository;
        _index = index;
        _discards = discards;
        _addsToIndex = addsToIndex;
        int uploaders = Math.Min(budget.Uploads, repository.Backend.Connections);
        _maxUnfinished = budget.Overlaps ? uploaders + 1 : 1;
        for (int i = 0; i < uploaders; i++)
        {
            stages.Start(UploadAsync);
        }
    }

    /// <summary>How many packs have been stored.</summary>
    public int StoredCount => Volatile.Read(ref _stored);

    /// <summary>Waits while the uploaders are busy: better than filling one more pack that then has to wait.</summary>
    public async ValueTask WhenRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_unfinished < _maxUnfinished)
                {
                    return;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes over a closed pack. Waits while the uploaders are busy: the back-pressure.</summary>
    public async ValueTask EnqueueAsync(OpenPack pack, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _unfinished++;
        }

        await _queue.Writer.WriteAsync(pack, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No pack will follow: the uploaders end after the last one.</summary>
    public void Complete() => _queue.Writer.Complete();

    /// <summary>Waits until every pack taken over so far is stored.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_unfinished == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task.WaitAsync(cancellationToken);
        }
    }

    private async Task UploadAsync(CancellationToken cancellationToken)
    {
        await foreach (OpenPack pack in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            using (pack)
            {
                await StoreAsync(pack, cancellationToken).ConfigureAwait(false);
            }

            Interlocked.Increment(ref _stored);
            lock (_gate)
            {
                _room?.SetResult();
                _room = null;
                if (--_unfinished == 0)
                {
                    _idle?.SetResult();
                    _idle = null;
                }
            }
        }
    }

    private async Task StoreAsync(OpenPack pack, CancellationToken cancellationToken)
    {
        PackId id = pack.Complete(_repository.Cipher);
        if (!_discards)
        {
            var file = new FileHandle(FileKind.Pack, id.Hash);
            await _repository.Backend.SaveAsync(file, pack.Content, cancellationToken).ConfigureAwait(false);
            if (pack.Type == BlobType.Tree)
            {
                _repository.Cache?.Keep(file, pack.Content.Span);
            }
        }

        if (_addsToIndex)
        {
            _repository.Index.AddPack(id, pack.Blobs);
        }

        if (!_discards)
        {
            await _index.AddAsync(id, pack.Blobs, cancellationToken).ConfigureAwait(false);
        }
    }
}
