using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backup.Engine.Chunking;

/// <summary>32 lanes.</summary>
internal readonly unsafe struct LaneVector32 : ILaneVector<LaneVector32>
{
    private readonly Vector256<byte> _bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LaneVector32(Vector256<byte> bytes) => _bytes = bytes;

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 Create(byte value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 Load(byte* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 LoadRow(byte* source, nint distance) =>
        new(Vector256.Create(Vector128.Load(source), Vector128.Load(source + distance)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 LookUp(LaneVector32 table, LaneVector32 index) => new(Avx2.Shuffle(table._bytes, index._bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 ZipLow(LaneVector32 left, LaneVector32 right) => new(Avx2.UnpackLow(left._bytes, right._bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 ZipHigh(LaneVector32 left, LaneVector32 right) => new(Avx2.UnpackHigh(left._bytes, right._bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 ShiftPairsLeft(LaneVector32 value, int count) => new((value._bytes.AsUInt16() << count).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 ShiftPairsRight(LaneVector32 value, int count) => new((value._bytes.AsUInt16() >>> count).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 operator ^(LaneVector32 left, LaneVector32 right) => new(left._bytes ^ right._bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 operator &(LaneVector32 left, LaneVector32 right) => new(left._bytes & right._bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector32 operator |(LaneVector32 left, LaneVector32 right) => new(left._bytes | right._bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* destination) => _bytes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ZeroLanes() => Vector256.Equals(_bytes, Vector256<byte>.Zero).ExtractMostSignificantBits();
}
