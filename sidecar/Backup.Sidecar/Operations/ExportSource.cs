using Backup.Engine;

namespace Backup.Sidecar.Operations;

/// <summary>What an application exports, as one file. It is the answer that is being received.</summary>
internal sealed class ExportSource : IBackupSource, IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly IBackupSource _source;

    private ExportSource(HttpResponseMessage answer, IBackupSource source) => (_answer, _source) = (answer, source);

    public IReadOnlyList<string> Paths => _source.Paths;

    public IReadOnlyList<string> Excludes => _source.Excludes;

    /// <summary>Where an application's export stands in a snapshot.</summary>
    public static string PathOf(string application) => $"/application/{application}/export";

    /// <summary>Asks an application for it.</summary>
    public static async Task<ExportSource> ReadAsync(ApplicationClients applications, string application, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer = await applications.ExportAsync(application, cancellationToken);
        return new ExportSource(answer, Repository.CreateSource(new StreamSourceOptions
        {
            Content = await answer.Content.ReadAsStreamAsync(cancellationToken),
            FileName = PathOf(application),
        }));
    }

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken) => _source.Walk(cancellationToken);

    public SourceContent Open(SourceEntry entry) => _source.Open(entry);

    public void Dispose() => _answer.Dispose();
}
