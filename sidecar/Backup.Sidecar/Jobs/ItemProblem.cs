namespace Backup.Sidecar.Jobs;

/// <summary>What went wrong with one item while the others went on.</summary>
/// <param name="Item">A path, or an object of the repository.</param>
/// <param name="Message">What went wrong.</param>
internal sealed record ItemProblem(string Item, string Message);
