namespace Backup.Engine.Compression;

/// <summary>What the codes of zstd's sequences stand for, and how often each is unless a block says otherwise.</summary>
/// <remarks>RFC 8878 §3.1.1.3.2.1.1 and §3.1.1.3.2.2.</remarks>
internal static class SequenceCodes
{
    public const int MaxLiteralsCode = 35;
    public const int MaxMatchCode = 52;
    public const int MaxOffsetCode = 31;

    public const int LiteralsAccuracyLog = 6;
    public const int MatchAccuracyLog = 6;
    public const int OffsetAccuracyLog = 5;

    /// <summary>By code: the least number of literals.</summary>
    public static readonly int[] LiteralsBase =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024,
        2048, 4096, 8192, 16384, 32768, 65536,
    ];

    /// <summary>By code: how many bits are added.</summary>
    public static readonly byte[] LiteralsBits =
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    /// <summary>By code: the least length of the match.</summary>
    public static readonly int[] MatchBase =
    [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
        34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
    ];

    /// <summary>By code: how many bits are added.</summary>
    public static readonly byte[] MatchBits =
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3,
        3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    /// <summary>The default distribution of literals' codes.</summary>
    public static ReadOnlySpan<short> LiteralsCounts =>
    [
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
    ];

    /// <summary>The default distribution of matches' codes.</summary>
    public static ReadOnlySpan<short> MatchCounts =>
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ];

    /// <summary>The default distribution of offsets' codes.</summary>
    public static ReadOnlySpan<short> OffsetCounts =>
    [
        1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
    ];
}
