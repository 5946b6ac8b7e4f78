namespace Backup.Engine.Chunking;

/// <summary>One byte for each of 16 or 32 lanes, in one register.</summary>
internal unsafe interface ILaneVector<T>
    where T : unmanaged, ILaneVector<T>
{
    /// <summary>How many lanes there are.</summary>
    static abstract int Count { get; }

    /// <summary>The same byte for each lane.</summary>
    static abstract T Create(byte value);

    /// <summary>Reads one byte for each lane.</summary>
    static abstract T Load(byte* source);

    /// <summary>Reads sixteen neighbouring bytes; with 32 lanes, sixteen more at a distance.</summary>
    static abstract T LoadRow(byte* source, nint distance);

    /// <summary>Writes one byte for each lane.</summary>
    void Store(byte* destination);

    /// <summary>Each byte, an index below 16, becomes the byte of the table, which is repeated for each sixteen lanes.</summary>
    static abstract T LookUp(T table, T index);

    /// <summary>Interleaves the low eight bytes of each sixteen.</summary>
    static abstract T ZipLow(T left, T right);

    /// <summary>Interleaves the high eight bytes of each sixteen.</summary>
    static abstract T ZipHigh(T left, T right);

    /// <summary>Shifts pairs of bytes as one number; the caller masks what crosses over.</summary>
    static abstract T ShiftPairsLeft(T value, int count);

    /// <inheritdoc cref="ShiftPairsLeft"/>
    static abstract T ShiftPairsRight(T value, int count);

    /// <summary>One bit for each lane, set where its byte is zero.</summary>
    uint ZeroLanes();

    static abstract T operator ^(T left, T right);

    static abstract T operator &(T left, T right);

    static abstract T operator |(T left, T right);
}
