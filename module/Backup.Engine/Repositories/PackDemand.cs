namespace Backup.Engine.Repositories;

/// <summary>What one of the repositories that are written to would like to have in memory.</summary>
/// <param name="PackSizeInBytes">The target size of its packs.</param>
/// <param name="Connections">How many packs it can store at once.</param>
internal readonly record struct PackDemand(int PackSizeInBytes, int Connections);
