using Backup.Engine.Trees;

namespace Backup.Engine.Archiving;

/// <summary>
/// A directory whose entries are being archived. They are announced in order and done in any order; each is encoded
/// as soon as those before it are, so that a large directory does not pile up objects.
/// </summary>
internal sealed class DirectoryInProgress
{
    private readonly Lock _gate = new();
    private readonly Queue<Slot> _pending = new();
    private readonly TreeEncoder _encoder;
    private readonly Action<DirectoryInProgress> _whenDone;
    private bool _isClosed;
    private int _added;

    /// <summary>A directory without entries yet.</summary>
    /// <param name="path">Its path in the snapshot.</param>
    /// <param name="node">Its metadata; null for the root.</param>
    /// <param name="before">Its node in the parent.</param>
    /// <param name="encoder">An empty encoder.</param>
    /// <param name="whenDone">Called once when it is closed and all its entries are done.</param>
    public DirectoryInProgress(
        string path, Node? node, Node? before, TreeEncoder encoder, Action<DirectoryInProgress> whenDone)
    {
        Path = path;
        Node = node;
        Before = before;
        _encoder = encoder;
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

    /// <summary>The encoder with all entries, once it is done.</summary>
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
                _encoder.Add(node);
                _added++;
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

    /// <summary>
    /// The JSON of the tree as far as it has come, with one more entry at its end: for the snapshot that an
    /// interrupted backup leaves.
    /// </summary>
    public byte[] EncodeSoFar(Node? last)
    {
        lock (_gate)
        {
            IEnumerable<Node> done = _pending.Where(slot => slot is { IsDone: true, Node: not null }).Select(slot => slot.Node!);
            return _encoder.FinishCopy(last is null ? done : done.Append(last));
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
                    _encoder.Add(next.Node);
                    _added++;
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
