using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Backup.TestKit.Swift;

/// <summary>OpenStack Swift with its S3 interface, in a process and a folder of its own: a real service to test against.</summary>
/// <remarks>
/// It signs by version 4 but takes neither chunked uploads nor conditions nor other storage classes than the standard one,
/// as many a service of its age.
/// </remarks>
public sealed partial class SwiftServer : IDisposable
{
    /// <summary>The secret of all keys.</summary>
    public const string Secret = "swift-secret-key";

    /// <summary>The key that may do all.</summary>
    public const string Owner = "backup:owner";

    /// <summary>A key that may do nothing.</summary>
    public const string Stranger = "backup:stranger";

    /// <summary>The region that requests have to be signed for.</summary>
    public const string Region = "north-1";

    /// <summary>So many objects are in one page of a listing.</summary>
    public const int PageLength = 30;

    // Debian's own: the packages are for that one.
    private const string Python = "/usr/bin/python3";
    private static readonly string[] Programs = [Python, "swift-proxy-server", "swift-account-server", "swift-container-server", "swift-object-server"];

    private readonly TempFolder _folder;
    private readonly ServerProcess _process;

    private SwiftServer(TempFolder folder, ServerProcess process, string scheme)
    {
        _folder = folder;
        _process = process;
        Endpoint = new Uri($"{scheme}://127.0.0.1:{process.Address}");
    }

    /// <summary>Why there is none here; null where there is.</summary>
    public static string? Missing => Array.Find(Programs, program => !ExternalProgram.Exists(program)) is { } program
        ? $"Needs OpenStack Swift, but {program} is missing."
        : null;

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts it.</summary>
    /// <param name="certificates">With them, connections are encrypted.</param>
    public static async Task<SwiftServer> StartAsync(TestCertificates? certificates = null)
    {
        var folder = new TempFolder();
        string[] arguments = [Script(), folder.FullName, Secret];
        try
        {
            ServerProcess process = await ServerProcess.StartAsync(
                ExternalProgram.Named(Python),
                Port(),
                certificates is null ? arguments : [.. arguments, certificates.Server, certificates.ServerKey]);
            return new SwiftServer(folder, process, certificates is null ? "http" : "https");
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Dispose();
        _folder.Dispose();
    }

    private static string Script([CallerFilePath] string file = "") => Path.Join(Path.GetDirectoryName(file), "swift-s3.py");

    [GeneratedRegex("^listening on port ([0-9]+)$")]
    private static partial Regex Port();
}
