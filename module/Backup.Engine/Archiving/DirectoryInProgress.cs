using Backup.Engine.Repositories;
using Backup.Engine.Trees;

namespace Backup.Engine.Archiving;

/// <summary>
/// A directory whose entries are being archived. They are announced in order and done in any order; each is encoded
/// as soon as those before it are, so that a large directory does not pile up objects; and the tree of a huge one is
/// compressed as it grows.
/// </summary>
internal sealed class DirectoryInProgress
{
    private readonly Lock _gate = new();
    private readonly Queue<Slot> _pending = new();
    private readonly TreeEncoder _encoder;
    private readonly BackupTargets _writer;
    private readonly Action<DirectoryInProgress> _whenDone;
    private LongTree? _long; // what the encoder no longer holds
    private bool _isClosed;
    private int _added;

    /// <summary>A directory without entries yet.</summary>
    /// <param name="path">Its path in the snapshot.</param>
    /// <param name="node">Its metadata; null for the root.</param>
    /// <param name="before">Its node in the parent.</param>
    /// <param name="encoder">An empty encoder.</param>
    /// <param name="writer">Where its tree is saved.</param>
    /// <param name="whenDone">Called once when it is closed and all its entries are done.</param>
    public DirectoryInProgress(
        string path, Node? node, Node? before, TreeEncoder encoder, BackupTargets writer, Action<DirectoryInProgress> whenDone)
    {
        Path = path;
        Node = node;
        Before = before;
        _encoder = encoder;
        _writer = writer;
        _whenDone = whenDone;
    }

    /// <summary>Its path in the snapshot.</summary>
    public string Path { get; }

    /// <summary>Its metadata; null for the root.</summary>
    public Node? Node { get; }

    /// <summary>Its node in the parent.</summary>
    public Node? Before { get; }

    /// <summary>Its place in the directory above; null for the root.</summary>
    public Slot? Place { get; init; }

    /// <summary>What the parent has in it. Used by the walk only.</summary>
    public ParentDirectory Parent { get; set; } = ParentDirectory.None;

    /// <summary>How many entries it has, once it is done.</summary>
    public int Count => _added;

    /// <summary>Its encoder, free to be used again once the tree is saved.</summary>
    public TreeEncoder Encoder => _encoder;

    /// <summary>Announces the next entry, whose name is greater than those before.</summary>
    public Slot Announce()
    {
        var slot = new Slot(this);
        lock (_gate)
        {
            _pending.Enqueue(slot);
        }

        return slot;
    }

    /// <summary>Adds an entry that is done already.</summary>
    public void Add(Node node)
    {
        lock (_gate)
        {
            if (_pending.Count == 0)
            {
                Encode(node);
                return;
            }

            _pending.Enqueue(new Slot(this) { IsDone = true, Node = node });
        }
    }

    /// <summary>No more entries will be announced.</summary>
    public void Close()
    {
        bool isDone;
        lock (_gate)
        {
            _isClosed = true;
            isDone = _pending.Count == 0;
        }

        if (isDone)
        {
            _whenDone(this);
        }
    }

    /// <summary>Saves the tree, once it is done.</summary>
    public async ValueTask<SavedBlob> SaveAsync(CancellationToken cancellationToken)
    {
        if (_long is null)
        {
            return await _writer.SaveAsync(BlobType.Tree, _encoder.Finish(), cancellationToken).ConfigureAwait(false);
        }

        using (_long)
        {
            _long.Append(_encoder.Finish().Span);
            return await _writer.SaveTreeAsync(_long, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Saves the tree as far as it has come, with one more entry at its end: for the snapshot that an interrupted backup
    /// leaves.
    /// </summary>
    public async ValueTask<SavedBlob> SaveSoFarAsync(Node? last, CancellationToken cancellationToken)
    {
        LongTree? begin;
        byte[] end;
        lock (_gate)
        {
            IEnumerable<Node> done = _pending.Where(slot => slot is { IsDone: true, Node: not null }).Select(slot => slot.Node!);
            end = _encoder.FinishCopy(last is null ? done : done.Append(last));
            begin = _long?.Copy();
        }

        if (begin is null)
        {
            return await _writer.SaveAsync(BlobType.Tree, end, cancellationToken).ConfigureAwait(false);
        }

        using (begin)
        {
            begin.Append(end);
            return await _writer.SaveTreeAsync(begin, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Encode(Node node)
    {
        _encoder.Add(node);
        _added++;
        if (_encoder.Length >= LongBlob.PieceLength)
        {
            _long ??= _writer.BeginLong();
            _long.Append(_encoder.Take().Span);
        }
    }

    private void Resolve(Slot slot, Node? node)
    {
        bool isDone = false;
        lock (_gate)
        {
            slot.Node = node;
            slot.IsDone = true;
            while (_pending.TryPeek(out Slot? next) && next.IsDone)
            {
                _pending.Dequeue();
                if (next.Node is not null)
                {
                    Encode(next.Node);
                }

                isDone = _isClosed && _pending.Count == 0;
            }
        }

        if (isDone)
        {
            _whenDone(this);
        }
    }

    /// <summary>The place of an entry in its directory.</summary>
    internal sealed class Slot(DirectoryInProgress directory)
    {
        /// <summary>The entry's node, or null if it was left out. Under the directory's lock.</summary>
        public Node? Node { get; set; }

        /// <summary>Whether the entry is done. Under the directory's lock.</summary>
        public bool IsDone { get; set; }

        /// <summary>The entry is done.</summary>
        /// <param name="node">Its node, or null to leave it out.</param>
        public void Resolve(Node? node) => directory.Resolve(this, node);
    }
}
