using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Backup.Engine.Chunking;

/// <summary>16 lanes.</summary>
internal readonly unsafe struct LaneVector16 : ILaneVector<LaneVector16>
{
    private readonly Vector128<byte> _bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LaneVector16(Vector128<byte> bytes) => _bytes = bytes;

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Ssse3.IsSupported || AdvSimd.Arm64.IsSupported;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 Create(byte value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 Load(byte* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 LoadRow(byte* source, nint distance) => Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 LookUp(LaneVector16 table, LaneVector16 index) => new(Vector128.ShuffleNative(table._bytes, index._bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 ZipLow(LaneVector16 left, LaneVector16 right) => new(
        Sse2.IsSupported
            ? Sse2.UnpackLow(left._bytes, right._bytes)
            : AdvSimd.Arm64.ZipLow(left._bytes, right._bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 ZipHigh(LaneVector16 left, LaneVector16 right) => new(
        Sse2.IsSupported
            ? Sse2.UnpackHigh(left._bytes, right._bytes)
            : AdvSimd.Arm64.ZipHigh(left._bytes, right._bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 ShiftPairsLeft(LaneVector16 value, int count) => new((value._bytes.AsUInt16() << count).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 ShiftPairsRight(LaneVector16 value, int count) => new((value._bytes.AsUInt16() >>> count).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 operator ^(LaneVector16 left, LaneVector16 right) => new(left._bytes ^ right._bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 operator &(LaneVector16 left, LaneVector16 right) => new(left._bytes & right._bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneVector16 operator |(LaneVector16 left, LaneVector16 right) => new(left._bytes | right._bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* destination) => _bytes.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ZeroLanes() => Vector128.Equals(_bytes, Vector128<byte>.Zero).ExtractMostSignificantBits();
}
