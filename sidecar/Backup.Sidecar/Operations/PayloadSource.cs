using System.Text;
using Backup.Engine;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Operations;

/// <summary>One file with content that a request brought along, below <c>/payload</c>.</summary>
internal sealed class PayloadSource(PayloadRequest payload, DateTimeOffset time) : IBackupSource
{
    private readonly VirtualTree _tree = new(time)
    {
        { $"/payload/{payload.Name}", payload.Base64 ?? Encoding.UTF8.GetBytes(payload.Text ?? "") },
    };

    public IReadOnlyList<string> Paths { get; } = [$"/payload/{payload.Name}"];

    public IReadOnlyList<string> Excludes => [];

    public IEnumerable<SourceEntry> Walk(CancellationToken cancellationToken) => _tree.Walk(cancellationToken);

    public SourceContent Open(SourceEntry entry) => _tree.Open(entry);
}
