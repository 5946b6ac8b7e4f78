using System.Diagnostics.CodeAnalysis;

namespace Backup.Engine.Compression;

/// <summary>What is thrown when compressed bytes make no sense.</summary>
internal static class ZstdFault
{
    /// <summary>An exception that names the reason.</summary>
    public static InvalidDataException Because(string reason) =>
        new($"The compressed bytes can't be decompressed: {reason}.");

    /// <summary>Throws it: apart from the callers, so that these stay small.</summary>
    [DoesNotReturn]
    public static void Throw(string reason) => throw Because(reason);
}
