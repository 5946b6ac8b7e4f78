namespace Backup.Engine;

/// <summary>Which packs are repaired, and how.</summary>
public sealed record RepairPacksOptions
{
    /// <summary>The damaged packs: ids or beginnings of ids, as a check names them.</summary>
    public required IReadOnlyList<string> Packs { get; init; }

    /// <summary>
    /// A local folder that gets a copy of each pack, named <c>pack-</c> and its id, before the pack is removed; null:
    /// no copies. A file that is there already is refused.
    /// </summary>
    public string? CopyTo { get; init; }

    /// <summary>Only find out what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Hears of each blob that is lost and each pack that is removed, one at a time.</summary>
    public Action<RepairNotice>? Noticed { get; init; }
}
