using System.Runtime.CompilerServices;
using System.Text;
using Backup.Engine;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// A repository behind an output binding. A file's label is an object of its own, whose name says all and whose content does not
/// matter: even a write that is cut short labels a file whose parts are whole.
/// </summary>
internal sealed class BindingBackend : PartedBackend
{
    /// <summary>What goes into Dapr's default of 4 MiB, over HTTP and as base64, too.</summary>
    public const int DefaultPartSize = 5 << 19;

    private const string Birth = "repository";

    private readonly IDaprClient _client;
    private readonly string _component;
    private readonly string _path;
    private readonly SemaphoreSlim _gate = new(1);

    private volatile BindingObjects? _objects;
    private volatile bool _isProbed;

    /// <param name="client">Dapr.</param>
    /// <param name="component">The binding.</param>
    /// <param name="path">Where in it; empty for its root, else without slashes around it.</param>
    /// <param name="partSize">The largest part in bytes.</param>
    /// <param name="disposesClient">Whether the client ends together with the backend.</param>
    /// <param name="time">The clock; none: the system's.</param>
    public BindingBackend(
        IDaprClient client, string component, string path, int partSize = DefaultPartSize, bool disposesClient = false, TimeProvider? time = null)
        : base("dapr:" + component + (path.Length == 0 ? "" : "/" + path), partSize, disposesClient ? client : null, time ?? TimeProvider.System)
    {
        _client = client;
        _component = component;
        _path = path.Length == 0 ? "" : path + "/";
    }

    /// <inheritdoc/>
    public override int Connections => 4;

    /// <inheritdoc/>
    public override bool ListsAtOnce => _objects?.Dialect.ListsAtOnce ?? false;

    /// <inheritdoc/>
    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await BeginWritingAsync(cancellationToken);
        BindingObjects objects = await ObjectsAsync(cancellationToken);
        await objects.PutAsync(_path + Birth, Encoding.UTF8.GetBytes("A restic repository, in parts"), cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task BeginWritingAsync(CancellationToken cancellationToken)
    {
        BindingObjects objects = await ObjectsAsync(cancellationToken);
        if (_isProbed)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_isProbed)
            {
                await objects.ProbeAsync(_path + "probe/" + Guid.NewGuid().ToString("n"), cancellationToken);
                _isProbed = true;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    protected override async Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await (await ObjectsAsync(cancellationToken)).PutAsync(_path + name, content, cancellationToken);

    /// <inheritdoc/>
    protected override async Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken) =>
        await (await ObjectsAsync(cancellationToken)).GetAsync(_path + name, cancellationToken);

    /// <inheritdoc/>
    protected override async Task DropAsync(string name, CancellationToken cancellationToken) =>
        await (await ObjectsAsync(cancellationToken)).DeleteAsync(_path + name, cancellationToken);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<PartedFile>> FindAsync(FileHandle file, CancellationToken cancellationToken)
    {
        var found = new List<PartedFile>();
        await foreach (IReadOnlyList<string> page in ListNamesAsync(
            PartedFile.FolderOf(file), PartedFile.LabelPrefixOf(file), isDeep: false, cancellationToken))
        {
            found.AddRange(page.Select(name => PartedFile.TryParse(file.Kind, name)).OfType<PartedFile>().Where(one => one.Handle == file));
        }

        found.Sort((left, right) => string.CompareOrdinal(left.Attempt, right.Attempt));
        return found;
    }

    /// <inheritdoc/>
    protected override async Task<bool> AnnounceAsync(PartedFile file, CancellationToken cancellationToken) =>
        (await FindAsync(file.Handle, cancellationToken)).Count == 0; // its parts can be listed

    /// <inheritdoc/>
    protected override async Task<bool> DisownAsync(PartedFile file, CancellationToken cancellationToken) =>
        !(await FindAsync(file.Handle, cancellationToken)).Contains(file); // nobody labels it any more, by its age

    /// <inheritdoc/>
    protected override Task ForgetAsync(PartedFile file, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<PartedFile>> FindUnlabelledAsync(FileKind kind, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var found = new HashSet<PartedFile>();
        await foreach (IReadOnlyList<string> page in ListNamesAsync(PartedFile.PartFolderOf(kind), "", isDeep: kind == FileKind.Pack, cancellationToken))
        {
            found.UnionWith(page.Select(name => PartedFile.TryParsePart(kind, name)).OfType<PartedFile>().Where(file => file.Begun < before));
        }

        // After the parts, so that what was labelled meanwhile is seen.
        if (found.Count > 0)
        {
            await foreach (IReadOnlyList<PartedFile> page in ListPagesAsync(kind, cancellationToken))
            {
                found.ExceptWith(page);
            }
        }

        return [.. found];
    }

    /// <inheritdoc/>
    protected override async Task<bool> LabelAsync(PartedFile file, CancellationToken cancellationToken)
    {
        await PutAsync(LabelName(file), default, cancellationToken);
        if (file.Handle.Kind != FileKind.Config || (await FindAsync(file.Handle, cancellationToken)).Count == 1)
        {
            return true; // other names are hashes of what they name, so two who save the same save the same
        }

        // Two create a repository in the same place at once. Each who sees the other steps back: at worst both do.
        await UnlabelAsync(file, cancellationToken);
        return false;
    }

    /// <inheritdoc/>
    protected override Task UnlabelAsync(PartedFile file, CancellationToken cancellationToken) => DropAsync(LabelName(file), cancellationToken);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<IReadOnlyList<PartedFile>> ListPagesAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IReadOnlyList<string> page in ListNamesAsync(
            PartedFile.FolderOf(kind), "", isDeep: kind == FileKind.Pack, cancellationToken))
        {
            yield return [.. page.Select(name => PartedFile.TryParse(kind, name)).OfType<PartedFile>()];
        }
    }

    private static string LabelName(PartedFile file) => $"{PartedFile.FolderOf(file.Handle)}/{file.Label}";

    /// <summary>
    /// The names in a folder. One that is not there is an empty one, but only in a repository: a disk that was unmounted must
    /// not look like a repository without snapshots.
    /// </summary>
    private async IAsyncEnumerable<IReadOnlyList<string>> ListNamesAsync(
        string folder, string prefix, bool isDeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BindingObjects objects = await ObjectsAsync(cancellationToken);
        await using IAsyncEnumerator<IReadOnlyList<string>> pages =
            objects.Dialect.ListAsync(objects, _path + folder, prefix, isDeep, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await pages.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (DaprException exception) when (exception.IsMissingObject)
            {
                if (folder != PartedFile.FolderOf(FileKind.Config) && await objects.GetAsync(_path + Birth, cancellationToken) is null)
                {
                    throw new DaprException(
                        $"There is no repository behind the binding {_component} any more, not even an empty one. Is its volume still there?", exception);
                }

                yield break;
            }

            yield return pages.Current;
        }
    }

    private async ValueTask<BindingObjects> ObjectsAsync(CancellationToken cancellationToken)
    {
        if (_objects is { } objects)
        {
            return objects;
        }

        DaprMetadata metadata = await _client.GetMetadataAsync(cancellationToken);
        DaprComponent component = metadata.Find(_component) ?? throw new DaprException(
            $"Dapr has no binding «{_component}»: is the component there, and is {metadata.Id} in its scopes?");
        return _objects = new BindingObjects(_client, _component, BindingDialect.Of(_component, component.Type));
    }
}
