namespace Backup.Engine.Restoring.Targets;

/// <summary>What is at a place in the target, links not followed.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Size">Bytes of content.</param>
/// <param name="ModTime">When its content last changed; the offset means nothing.</param>
/// <param name="Mode">Unix permissions with set-user-id, set-group-id and sticky bits; 0 where there are none.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Identity">To recognize it under another name; null where the system can't tell.</param>
internal readonly record struct TargetEntry(
    NodeType Type, long Size, Timestamp ModTime, uint Mode, uint Uid, uint Gid, ulong Links, FileIdentity? Identity);
