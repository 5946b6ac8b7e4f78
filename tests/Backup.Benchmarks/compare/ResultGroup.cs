namespace Backup.Benchmarks.Compare;

/// <summary>Rows that stand together in a table.</summary>
/// <param name="Label">What comes before their names in a chart.</param>
/// <param name="Title">What stands above them.</param>
internal sealed record ResultGroup(string Label, string Title);
