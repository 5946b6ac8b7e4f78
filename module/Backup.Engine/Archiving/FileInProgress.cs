using Backup.Engine.Repositories;

namespace Backup.Engine.Archiving;

/// <summary>
/// One reading of a file: its chunks are cut in order, saved by several threads, and counted here. Whoever finishes
/// last reports the file.
/// </summary>
internal sealed class FileInProgress(Action<FileInProgress> whenDone)
{
    private readonly Lock _gate = new();
    private readonly List<BlobId> _content = [];
    private int _unfinished = 1; // the reader itself

    /// <summary>The chunks' ids in order, complete when the file is done.</summary>
    public IReadOnlyList<BlobId> Content => _content;

    /// <summary>The file's node, set before the reader finishes; null leaves the file out.</summary>
    public Node? Node { get; set; }

    /// <summary>Bytes in new blobs, before compression.</summary>
    public long Added { get; private set; }

    /// <summary>Bytes in new blobs as stored.</summary>
    public long AddedPacked { get; private set; }

    /// <summary>The next chunk has been cut.</summary>
    /// <returns>Its place.</returns>
    public int AddChunk()
    {
        lock (_gate)
        {
            _unfinished++;
            _content.Add(default);
            return _content.Count - 1;
        }
    }

    /// <summary>A chunk has been saved.</summary>
    public void ChunkSaved(int place, in SavedBlob blob)
    {
        lock (_gate)
        {
            _content[place] = blob.Id;
            if (blob.IsNew)
            {
                Added += blob.Length;
                AddedPacked += blob.StoredLength;
            }
        }

        Finish();
    }

    /// <summary>The reader is done with the file.</summary>
    public void ReaderDone(Node? node)
    {
        Node = node;
        Finish();
    }

    private void Finish()
    {
        if (Interlocked.Decrement(ref _unfinished) == 0)
        {
            whenDone(this);
        }
    }
}
