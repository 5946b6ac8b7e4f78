namespace Backup.TestKit;

/// <summary>Who has to run a test.</summary>
public enum RunBy
{
    /// <summary>Anybody.</summary>
    Anybody,

    /// <summary>Root: say, to create device nodes.</summary>
    Root,

    /// <summary>Anybody but root, whom no permission keeps out.</summary>
    OrdinaryUser,
}
