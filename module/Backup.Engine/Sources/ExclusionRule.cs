namespace Backup.Engine.Sources;

/// <summary>The rule that excludes an entry; <see cref="Exclusions.Describe"/> puts it into words.</summary>
/// <param name="Kind">Its kind; none if nothing excludes the entry.</param>
/// <param name="Number">Which one of its kind.</param>
internal readonly record struct ExclusionRule(ExclusionKind Kind, int Number = 0)
{
    /// <summary>Whether there is a rule.</summary>
    public bool IsExcluded => Kind != ExclusionKind.None;
}
