namespace Backup.Engine.Restoring.Targets;

/// <summary>What could not be set of an item's metadata.</summary>
internal sealed class MetadataTrouble
{
    /// <summary>What this user or file system can't do: the restore is complete but for that.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What should have worked.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Files one under its kind.</summary>
    public static void Add(ref MetadataTrouble? trouble, TargetFailure failure, string message)
    {
        trouble ??= new MetadataTrouble();
        List<string> list = failure is TargetFailure.Denied or TargetFailure.NotSupported ? trouble.Notes : trouble.Errors;
        list.Add(message);
    }
}
