using System.Collections;
using System.Management.Automation;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Binding;

/// <summary>Takes a repository as text, as a folder, as an object, or as what is left of one that crossed a process's border.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RepositoryTransformAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether the parameter takes several.</summary>
    public bool TakesSeveral { get; init; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (plain is not IList list)
        {
            return ReferenceOf(inputData, plain);
        }

        return TakesSeveral
            ? list.Cast<object?>().Select(each => ReferenceOf(each, each is PSObject one ? one.BaseObject : each) ?? throw Nameless()).ToArray()
            : throw new ArgumentTransformationMetadataException("One repository is taken here, and a list is given. Invoke-Backup takes several.");
    }

    private static ArgumentTransformationMetadataException Nameless() => new("One of the repositories has no name: a variable may be empty.");

    private static RepositoryReference? ReferenceOf(object? given, object? plain) => plain switch
    {
        null => null,
        RepositoryReference reference => reference,
        BackupRepository repository => new RepositoryReference(repository),
        string text => new RepositoryReference(text),
        FileSystemInfo folder => new RepositoryReference(folder.FullName),
        Uri uri => new RepositoryReference(uri.OriginalString),
        _ when given is PSObject deserialized && deserialized.Properties["Location"]?.Value is string location =>
            new RepositoryReference(location),
        _ => throw new ArgumentTransformationMetadataException(
            $"A {plain.GetType().Name} names no repository. Write its location or registered name, or take what Connect-BackupRepository gives."),
    };
}
