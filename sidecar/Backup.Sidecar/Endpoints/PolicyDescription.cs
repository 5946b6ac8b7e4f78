using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Endpoints;

/// <summary>A configured policy, and what became of it.</summary>
internal sealed record PolicyDescription
{
    public required string Name { get; init; }

    public string? Schedule { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>When it is due next.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>What is asked for when it runs.</summary>
    public required JobRequest Request { get; init; }

    /// <summary>The newest job of it.</summary>
    public BackupJob? LastJob { get; init; }
}
