namespace Backup.PowerShell;

/// <summary>How far something is, before PowerShell's own type for it: that is a stub where no PowerShell runs.</summary>
/// <param name="Id">0 for the whole, 1 for what is going on within it.</param>
/// <param name="Activity">What is being done.</param>
/// <param name="Status">How far.</param>
internal sealed record ProgressInfo(int Id, string Activity, string Status)
{
    /// <summary>0 … 100; -1 while nobody knows.</summary>
    public int Percent { get; init; } = -1;

    /// <summary>-1 while nobody knows.</summary>
    public int SecondsLeft { get; init; } = -1;

    /// <summary>A detail, such as the file that is read.</summary>
    public string? Current { get; init; }

    /// <summary>Whether it is over.</summary>
    public bool IsDone { get; init; }
}
