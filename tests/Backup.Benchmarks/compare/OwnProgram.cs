namespace Backup.Benchmarks.Compare;

/// <summary>Finds our command line in the checkout.</summary>
internal static class OwnProgram
{
    /// <summary>The one that was published or built last, for release.</summary>
    public static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Backup.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        string[] places = ["out", "artifacts/publish/Backup.Sidecar/release", "artifacts/bin/Backup.Sidecar/release"];
        return places.Select(place => Path.Combine(folder ?? "", place, "backup-sidecar"))
            .Where(File.Exists)
            .OrderByDescending(File.GetLastWriteTimeUtc)
            .FirstOrDefault()
            ?? throw new InvalidOperationException("Our program isn't built: dotnet publish sidecar/Backup.Sidecar -c Release, or name it by --ours.");
    }
}
