namespace Backup.Engine;

/// <summary>How folders that no snapshot leads to are recovered.</summary>
public sealed record RecoverOptions
{
    /// <summary>The host that the new snapshot names; null or empty: this one.</summary>
    public string? Hostname { get; init; }

    /// <summary>The program that the new snapshot names, such as <c>backup 0.1.0</c>.</summary>
    public string ProgramVersion { get; init; } = "";

    /// <summary>Hears of each tree that can't be read, one at a time.</summary>
    public Action<RepairNotice>? Noticed { get; init; }
}
