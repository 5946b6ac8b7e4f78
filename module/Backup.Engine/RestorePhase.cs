namespace Backup.Engine;

/// <summary>What a restore is busy with.</summary>
public enum RestorePhase
{
    /// <summary>Reading the snapshot's trees and comparing with the target.</summary>
    Planning,

    /// <summary>Fetching and writing contents.</summary>
    Writing,

    /// <summary>Deleting, linking, and setting what directories carry.</summary>
    Finishing,

    /// <summary>Reading back.</summary>
    Verifying,
}
