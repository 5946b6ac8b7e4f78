namespace Backup.TestKit;

/// <summary>What a backend was asked for.</summary>
public enum BackendOperation
{
    Create,
    Save,
    Load,
    LoadRange,
    GetSize,
    List,
    Delete,
}
