using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>What an application exports, as one file. It is the answer that is being received.</summary>
internal sealed class ExportSource : IBackupSource, IDisposable
{
    private readonly ApplicationExport _export;
    private readonly IBackupSource _source;

    private ExportSource(ApplicationExport export, IBackupSource source) => (_export, _source) = (export, source);

    public IReadOnlyList<string> Paths => _source.Paths;

    public IReadOnlyList<string> Excludes => _source.Excludes;

    /// <summary>Where an application's export stands in a snapshot.</summary>
    public static string PathOf(string application) => $"/application/{application}/export";

    /// <summary>Asks an application for it.</summary>
    /// <param name="applications">Calls it.</param>
    /// <param name="application">The application.</param>
    /// <param name="cancellationToken">Ends the reading, too, however long that takes.</param>
    public static async Task<ExportSource> ReadAsync(ApplicationClients applications, string application, CancellationToken cancellationToken)
    {
        ApplicationExport export = await applications.ExportAsync(application, cancellationToken);
        return new ExportSource(export, Repository.CreateSource(new StreamSourceOptions { Content = export.Content, FileName = PathOf(application) }));
    }

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken) => _source.Walk(cancellationToken);

    public SourceContent Open(SourceEntry entry) => _source.Open(entry);

    public void Dispose() => _export.Dispose();
}
