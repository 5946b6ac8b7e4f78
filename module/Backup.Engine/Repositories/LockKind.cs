namespace Backup.Engine.Repositories;

/// <summary>What a lock keeps others from.</summary>
internal enum LockKind
{
    /// <summary>For who adds or reads: keeps out those who want to be alone.</summary>
    Shared,

    /// <summary>For who prunes while others are at work: also keeps out others who do. To restic it is a shared one.</summary>
    Pruning,

    /// <summary>For who has to be alone: keeps out everybody.</summary>
    Exclusive,
}
