using System.Text.Json;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>How a kind of binding component names its objects and lists them.</summary>
internal abstract class BindingDialect
{
    /// <summary>The metadata that has an object's name.</summary>
    public abstract string NameKey { get; }

    /// <summary>What is said besides when an object is stored.</summary>
    public virtual Dictionary<string, string> CreateMetadata { get; } = [];

    /// <summary>What is said besides when an object is read.</summary>
    public virtual Dictionary<string, string> GetMetadata { get; } = [];

    /// <summary>Whether a listing shows at once what was stored before it.</summary>
    public virtual bool ListsAtOnce => true;

    /// <summary>The dialect of a component.</summary>
    /// <exception cref="DaprException">It can't hold a repository.</exception>
    public static BindingDialect Of(string component, string type) => type switch
    {
        "bindings.localstorage" => new LocalStorageDialect(),
        "bindings.sftp" => new SftpDialect(),
        "bindings.aws.s3" => new S3Dialect("key"),
        "bindings.huawei.obs" => new ObsDialect(),
        "bindings.azure.blobstorage" => new AzureBlobDialect(),
        "bindings.gcp.bucket" => new GcsDialect(),
        "bindings.redis" => throw Unfit(component, type, "it can't list. Take «daprstate:» with a state store on the same Redis instead"),
        "bindings.alicloud.oss" => throw Unfit(component, type, "it can only write"),
        _ => throw Unfit(component, type, "it stores no objects that can be read, listed and removed. These do: localstorage, sftp, "
            + "aws.s3, azure.blobstorage, gcp.bucket, huawei.obs"),
    };

    /// <summary>Lists objects.</summary>
    /// <param name="objects">Makes the calls.</param>
    /// <param name="folder">What stands before the last slash of their names.</param>
    /// <param name="prefix">What the rest of the name begins with.</param>
    /// <param name="isDeep">Whether those in folders below are wanted, too; if not, they may come all the same.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Pages of what stands behind the last slashes.</returns>
    /// <exception cref="DaprException">Also for a folder that is not there, where folders are something real.</exception>
    public abstract IAsyncEnumerable<IReadOnlyList<string>> ListAsync(
        BindingObjects objects, string folder, string prefix, bool isDeep, CancellationToken cancellationToken);

    /// <summary>What stands behind the last slash of a name.</summary>
    protected static string LastName(string? name) => name is null ? "" : name[(name.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>Reads an array, which Go writes as null when it is empty.</summary>
    protected static IReadOnlyList<T> ReadArray<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Null ? [] : [.. document.RootElement.EnumerateArray().Select(read)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new DaprException("A listing by a binding makes no sense.", exception);
        }
    }

    private static DaprException Unfit(string component, string type, string why) =>
        new($"The binding «{component}» ({type}) can't hold a repository: {why}.");
}
