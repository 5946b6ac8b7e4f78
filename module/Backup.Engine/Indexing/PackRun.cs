namespace Backup.Engine.Indexing;

/// <summary>
/// Blobs of a pack that lie one behind the other and whose entries follow each other in the index. A pack is one run,
/// unless the index knows only parts of it or says something contradictory.
/// </summary>
internal readonly struct PackRun
{
    private const uint ContinuationFlag = 0x8000_0000;

    // In this order, so that it takes 40 bytes.
    private readonly PackId _pack;
    private readonly uint _flagAndFirst;
    private readonly uint _end;

    /// <summary>Describes a run.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="first">The place of its first entry.</param>
    /// <param name="end">Where its last blob ends in the pack.</param>
    /// <param name="isContinuation">True for all runs of a pack but its first.</param>
    public PackRun(PackId pack, int first, uint end, bool isContinuation)
    {
        _pack = pack;
        _flagAndFirst = (uint)first | (isContinuation ? ContinuationFlag : 0);
        _end = end;
    }

    /// <summary>The pack.</summary>
    public PackId Pack => _pack;

    /// <summary>Where its last blob ends in the pack.</summary>
    public uint End => _end;

    /// <summary>The place of its first entry.</summary>
    public int First => (int)(_flagAndFirst & ~ContinuationFlag);

    /// <summary>True for all runs of a pack but its first.</summary>
    public bool IsContinuation => (_flagAndFirst & ContinuationFlag) != 0;
}
