using System.Management.Automation;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Binding;

/// <summary>Takes a repository as text, as a folder, as an object, or as what is left of one that crossed a process's border.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RepositoryTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain switch
        {
            null or RepositoryReference => plain,
            BackupRepository repository => new RepositoryReference(repository),
            string text => new RepositoryReference(text),
            FileSystemInfo folder => new RepositoryReference(folder.FullName),
            Uri uri => new RepositoryReference(uri.OriginalString),
            _ when inputData is PSObject deserialized && deserialized.Properties["Location"]?.Value is string location =>
                new RepositoryReference(location),
            _ => throw new ArgumentTransformationMetadataException(
                $"A {plain.GetType().Name} names no repository. Write its location or registered name, or take what Connect-BackupRepository gives."),
        };
    }
}
