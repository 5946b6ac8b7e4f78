namespace Backup.Engine;

/// <summary>Something that went wrong with one item of a restore while the others went on.</summary>
/// <param name="Path">The path below the target, beginning with <c>/</c>.</param>
/// <param name="Kind">The kind of trouble.</param>
/// <param name="Message">What failed and why.</param>
public sealed record RestoreIssue(string Path, RestoreIssueKind Kind, string Message);
