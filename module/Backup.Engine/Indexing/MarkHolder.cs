namespace Backup.Engine.Indexing;

/// <summary>Somebody who was at work while packs were marked, as their lock names them.</summary>
/// <param name="Hostname">The host.</param>
/// <param name="Pid">The process.</param>
internal readonly record struct MarkHolder(string Hostname, long Pid);
