namespace Backup.Engine.Restoring;

/// <summary>
/// A part of a restore that is planned as a whole: what to write from which pack, and what to do when that is done.
/// Files may be added by several threads.
/// </summary>
/// <param name="limits">When the plan is full.</param>
internal sealed class RestorePlan(PlanLimits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PackId, PackPlan> _packs = [];
    private long _pieceCount;
    private int _fileCount;

    /// <summary>The packs that are needed, in the order in which the files ask for them.</summary>
    public List<PackPlan> Packs { get; } = [];

    /// <summary>Files without content, or whose content is complete already.</summary>
    public List<FilePlan> WithoutPieces { get; } = [];

    /// <summary>Further names of files.</summary>
    public List<LinkPlan> Links { get; } = [];

    /// <summary>Directories whose entries have all been planned, inner ones first.</summary>
    public List<DirectoryPlan> Directories { get; } = [];

    /// <summary>Files to read back when they are written; empty unless that was asked for.</summary>
    public List<FilePlan> ToVerify { get; } = [];

    /// <summary>Whether it is time to carry the plan out.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _pieceCount >= limits.Pieces || _fileCount + Links.Count + Directories.Count >= limits.Files;
            }
        }
    }

    /// <summary>Adds a file with the blobs that have to be fetched for it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pieces">Blob and pack of each piece; all belong to the file.</param>
    /// <param name="verify">Whether to read it back afterwards.</param>
    public void Add(FilePlan file, IReadOnlyList<(PackId Pack, Piece Piece)> pieces, bool verify)
    {
        file.PieceCount = pieces.Count;
        lock (_gate)
        {
            _fileCount++;
            _pieceCount += pieces.Count;
            if (pieces.Count == 0)
            {
                WithoutPieces.Add(file);
            }

            if (verify)
            {
                ToVerify.Add(file);
            }

            foreach ((PackId pack, Piece piece) in pieces)
            {
                if (!_packs.TryGetValue(pack, out PackPlan? plan))
                {
                    plan = new PackPlan(pack);
                    _packs.Add(pack, plan);
                    Packs.Add(plan);
                }

                plan.Pieces.Add(piece);
            }
        }
    }
}
