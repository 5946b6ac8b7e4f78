namespace Backup.Sidecar.Operations;

/// <summary>What an application exports: its answer, while it is received.</summary>
internal sealed class ApplicationExport(HttpResponseMessage answer, StallLimit limit, Stream body) : IDisposable
{
    /// <summary>The content. Whoever reads it hears if the application stalls.</summary>
    public Stream Content { get; } = new PatientStream(body, limit);

    public void Dispose()
    {
        answer.Dispose(); // also ends the connection if there is more
        limit.Dispose();
    }
}
