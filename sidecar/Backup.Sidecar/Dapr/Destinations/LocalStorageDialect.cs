using System.Runtime.CompilerServices;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>bindings.localstorage: lists whole trees of files, by their paths from the root of daprd's file system.</summary>
internal sealed class LocalStorageDialect : BindingDialect
{
    /// <inheritdoc/>
    public override string NameKey => "fileName";

    /// <inheritdoc/>
    public override async IAsyncEnumerable<IReadOnlyList<string>> ListAsync(
        BindingObjects objects, string folder, string prefix, bool isDeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> answer = await objects.ListAsync(folder, default, cancellationToken);
        yield return [.. ReadArray(answer, path => LastName(path.GetString())).Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
    }
}
