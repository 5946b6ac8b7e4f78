namespace Backup.Engine;

/// <summary>How bad a problem is.</summary>
public enum CheckSeverity
{
    /// <summary>Nothing is lost; maintenance would tidy it up.</summary>
    Hint,

    /// <summary>Something is damaged or missing.</summary>
    Error,
}
