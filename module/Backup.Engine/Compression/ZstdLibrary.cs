using System.Runtime.InteropServices;

namespace Backup.Engine.Compression;

/// <summary>The system's libzstd, if there is one. Found once, when it is first asked for.</summary>
/// <remarks>
/// Function pointers instead of imports: a missing library is an answer here, not an exception at the first call, and the
/// assembly's one import resolver stays free.
/// </remarks>
internal sealed unsafe class ZstdLibrary
{
    /// <summary>zstd.h's <c>ZSTD_c_compressionLevel</c>.</summary>
    public const int ParameterCompressionLevel = 100;

    /// <summary>How large the table is that matches are found with: its binary logarithm (ZSTD_c_hashLog).</summary>
    public const int ParameterHashLog = 102;

    /// <summary>An <see cref="AppContext"/> switch: the program does as if there were no libzstd. For tests, and for a libzstd that is broken.</summary>
    private const string HidingSwitch = "Backup.Engine.WithoutLibzstd";

    // 1.4.0: the first with all that is used here declared stable.
    private const uint OldestVersion = 1_04_00;

    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["libzstd.dll", "zstd.dll"]
        : OperatingSystem.IsMacOS()
            ? ["libzstd.1.dylib", "libzstd.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib"]
            : ["libzstd.so.1", "libzstd.so"];

    private static readonly Lazy<ZstdLibrary?> Found = new(Find);

    private ZstdLibrary(nint library)
    {
        CreateEncoder = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "ZSTD_createCCtx");
        FreeEncoder = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeCCtx");
        SetEncoder = (delegate* unmanaged<nint, int, int, nuint>)NativeLibrary.GetExport(library, "ZSTD_CCtx_setParameter");
        Encode = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)
            NativeLibrary.GetExport(library, "ZSTD_compress2");
        CreateDecoder = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "ZSTD_createDCtx");
        FreeDecoder = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeDCtx");
        Decode = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)
            NativeLibrary.GetExport(library, "ZSTD_decompressDCtx");
        _isError = (delegate* unmanaged<nuint, uint>)NativeLibrary.GetExport(library, "ZSTD_isError");
        _errorName = (delegate* unmanaged<nuint, byte*>)NativeLibrary.GetExport(library, "ZSTD_getErrorName");
    }

    private readonly delegate* unmanaged<nuint, uint> _isError;
    private readonly delegate* unmanaged<nuint, byte*> _errorName;

    /// <summary>The library, or null if there is none that can be used.</summary>
    public static ZstdLibrary? Instance => Found.Value;

    public delegate* unmanaged<nint> CreateEncoder { get; }

    public delegate* unmanaged<nint, nuint> FreeEncoder { get; }

    public delegate* unmanaged<nint, int, int, nuint> SetEncoder { get; }

    public delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> Encode { get; }

    public delegate* unmanaged<nint> CreateDecoder { get; }

    public delegate* unmanaged<nint, nuint> FreeDecoder { get; }

    public delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> Decode { get; }

    /// <summary>The library's words for a result that is an error, else null.</summary>
    public string? ErrorOf(nuint result) =>
        _isError(result) == 0 ? null : Marshal.PtrToStringUTF8((nint)_errorName(result)) ?? "unknown error";

    private static ZstdLibrary? Find()
    {
        if (AppContext.TryGetSwitch(HidingSwitch, out bool isHidden) && isHidden)
        {
            return null;
        }

        foreach (string name in Names)
        {
            const DllImportSearchPath Where = DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory;
            if (NativeLibrary.TryLoad(name, typeof(ZstdLibrary).Assembly, Where, out nint library))
            {
                if (NativeLibrary.TryGetExport(library, "ZSTD_versionNumber", out nint version)
                    && ((delegate* unmanaged<uint>)version)() >= OldestVersion)
                {
                    return new ZstdLibrary(library);
                }

                NativeLibrary.Free(library);
            }
        }

        return null;
    }
}
