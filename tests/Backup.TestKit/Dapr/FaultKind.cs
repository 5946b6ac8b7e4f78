namespace Backup.TestKit.Dapr;

/// <summary>What goes wrong with a call of daprd.</summary>
public enum FaultKind
{
    /// <summary>It answers an error, 500 or Internal, and does nothing.</summary>
    Error,

    /// <summary>The connection breaks before anything is done.</summary>
    DropBefore,

    /// <summary>It is done, and the connection breaks instead of an answer.</summary>
    DropAfter,

    /// <summary>It is done, and the answer breaks off in the middle.</summary>
    CutAnswer,

    /// <summary>It waits until <see cref="DaprDouble.ReleaseHeld"/>, or until the caller goes; then it is done.</summary>
    Hold,
}
