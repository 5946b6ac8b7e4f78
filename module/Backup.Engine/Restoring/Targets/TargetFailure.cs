namespace Backup.Engine.Restoring.Targets;

/// <summary>Why the target refused something, as far as a restore acts on it.</summary>
internal enum TargetFailure
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>There is nothing of that name.</summary>
    NotFound,

    /// <summary>There is something of that name, or the directory isn't empty.</summary>
    Exists,

    /// <summary>A directory was expected and isn't there, or something else was and a directory is.</summary>
    WrongKind,

    /// <summary>Where a link stands nothing is opened.</summary>
    IsLink,

    /// <summary>This user may not.</summary>
    Denied,

    /// <summary>The disk is full or the quota used up: going on is of no use.</summary>
    Full,

    /// <summary>The file system can't do it.</summary>
    NotSupported,
}
