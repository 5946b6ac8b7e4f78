using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>A file to be written: under a temporary name until all of it is there.</summary>
internal sealed class FilePlan(DirectoryPlan directory, string name, long number)
{
    private int _failed;
    private int _piecesLeft;

    /// <summary>Where it goes.</summary>
    public DirectoryPlan Directory { get; } = directory;

    /// <summary>Its name there.</summary>
    public string Name { get; } = name;

    /// <summary>Tells it from the other files of this restore, in its temporary name.</summary>
    public long Number { get; } = number;

    /// <summary>What it is to carry.</summary>
    public required EntryMetadata Metadata { get; init; }

    /// <summary>Bytes of content, by its blobs.</summary>
    public required long Length { get; init; }

    /// <summary>Its blobs; the list of its node, shared.</summary>
    public required IReadOnlyList<BlobId> Content { get; init; }

    /// <summary>The names that share this file; null if there is only one.</summary>
    public HardLinkGroup? Group { get; set; }

    /// <summary>What it takes the place of.</summary>
    public Predecessor Predecessor { get; set; }

    /// <summary>Bytes taken from the predecessor.</summary>
    public long BytesReused { get; set; }

    /// <summary>Whether there is a file of its temporary name.</summary>
    public bool HasTemporary { get; set; }

    /// <summary>Whether what is not written reads as zeros: not if the temporary file is a clone.</summary>
    public bool MayHaveHoles { get; set; } = true;

    /// <summary>How many pieces have to be fetched and written.</summary>
    public int PieceCount
    {
        get;
        set
        {
            field = value;
            _piecesLeft = value;
        }
    }

    /// <summary>Its open temporary file. Only <see cref="OpenFiles"/> touches this and the following ones.</summary>
    public TargetFile? Handle { get; set; }

    /// <summary>How many use the handle at the moment.</summary>
    public int Users { get; set; }

    /// <summary>Its place among the handles that nobody uses.</summary>
    public LinkedListNode<FilePlan>? Idle { get; set; }

    /// <summary>Whether it can't be completed.</summary>
    public bool HasFailed => Volatile.Read(ref _failed) != 0;

    /// <summary>Says that a piece was written.</summary>
    /// <returns>True if it was the last one.</returns>
    public bool CompletePiece() => Interlocked.Decrement(ref _piecesLeft) == 0;

    /// <summary>Marks it as failed.</summary>
    /// <returns>True for the first failure only.</returns>
    public bool Fail() => Interlocked.Exchange(ref _failed, 1) == 0;

    /// <summary>The path below the target.</summary>
    public override string ToString() => Directory.PathOf(Name);
}
