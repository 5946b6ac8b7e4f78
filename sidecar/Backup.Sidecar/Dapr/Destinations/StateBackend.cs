using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Backup.Engine;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// A small repository in a state store. Since keys can't be listed, the labels stand in registers: documents that are changed by
/// compare and set, so that of all who save the same file anywhere exactly one does.
/// </summary>
internal sealed class StateBackend : PartedBackend
{
    /// <summary>What most stores take, base64 included.</summary>
    public const int DefaultPartSize = 256 * 1024;

    private readonly IDaprClient _client;
    private readonly string _store;
    private readonly string _prefix;
    private readonly StateRegisters _registers;
    private readonly SemaphoreSlim _gate = new(1);

    private volatile bool _isProbed;
    private volatile bool _wantsBase64;

    /// <param name="client">Dapr.</param>
    /// <param name="store">The state store.</param>
    /// <param name="name">The repository's name in it, which its keys begin with.</param>
    /// <param name="partSize">The largest value in bytes.</param>
    /// <param name="disposesClient">Whether the client ends together with the backend.</param>
    /// <param name="time">The clock; none: the system's.</param>
    public StateBackend(
        IDaprClient client, string store, string name, int partSize = DefaultPartSize, bool disposesClient = false, TimeProvider? time = null)
        : base($"daprstate:{store}/{name}", partSize, disposesClient ? client : null, time ?? TimeProvider.System)
    {
        _client = client;
        _store = store;
        _prefix = name + "/";
        _registers = new StateRegisters(client, store, _prefix, bytes => _wantsBase64 ? ObjectEnvelope.ToBase64(bytes) : bytes);
    }

    /// <inheritdoc/>
    public override int Connections => 8;

    /// <inheritdoc/>
    public override bool ListsAtOnce => true;

    /// <inheritdoc/>
    protected override Task PrepareAsync(CancellationToken cancellationToken) => BeginWritingAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async Task BeginWritingAsync(CancellationToken cancellationToken)
    {
        if (_isProbed)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_isProbed)
            {
                await ProbeAsync(cancellationToken);
                _isProbed = true;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    protected override Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] bytes = ObjectEnvelope.Seal(content.Span);
        var write = new StateWrite(_prefix + name, _wantsBase64 ? ObjectEnvelope.ToBase64(bytes) : bytes) { Options = StateOptions.Strong };
        return _client.SaveBulkByteStateAsync(_store, [write], cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken)
    {
        StateEntry entry = await _client.GetByteStateAndETagAsync(
            _store, _prefix + name, ConsistencyMode.Strong, cancellationToken: cancellationToken);
        return entry.Value is null ? null : ObjectEnvelope.TryOpen(entry.Value);
    }

    /// <inheritdoc/>
    protected override Task DropAsync(string name, CancellationToken cancellationToken) =>
        _client.DeleteStateAsync(_store, _prefix + name, cancellationToken: cancellationToken);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<PartedFile>> FindAsync(FileHandle file, CancellationToken cancellationToken)
    {
        StateRegister register = await _registers.ReadAsync(StateRegisters.NameOf(file), file.Kind, cancellationToken);
        return register.Files.TryGetValue(file, out PartedFile? found) ? [found] : [];
    }

    /// <inheritdoc/>
    protected override Task<bool> AnnounceAsync(PartedFile file, CancellationToken cancellationToken) =>
        _registers.ChangeAsync(file.Handle, register => register.TryAnnounce(file), cancellationToken);

    /// <inheritdoc/>
    protected override Task<bool> LabelAsync(PartedFile file, CancellationToken cancellationToken) =>
        _registers.ChangeAsync(file.Handle, register => register.TryLabel(file), cancellationToken);

    /// <inheritdoc/>
    protected override Task UnlabelAsync(PartedFile file, CancellationToken cancellationToken) =>
        _registers.ChangeAsync(file.Handle, register => register.TryUnlabel(file), cancellationToken);

    /// <inheritdoc/>
    protected override Task<bool> DisownAsync(PartedFile file, CancellationToken cancellationToken) =>
        _registers.ChangeAsync(file.Handle, register => register.TryDisown(file), cancellationToken);

    /// <inheritdoc/>
    protected override Task ForgetAsync(PartedFile file, CancellationToken cancellationToken) =>
        _registers.ChangeAsync(file.Handle, register => register.TryForget(file), cancellationToken);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<PartedFile>> FindUnlabelledAsync(FileKind kind, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var found = new List<PartedFile>();
        foreach (string register in StateRegisters.NamesOf(kind))
        {
            found.AddRange((await _registers.ReadAsync(register, kind, cancellationToken)).Unlabelled.Where(file => file.Begun < before));
        }

        return found;
    }

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<IReadOnlyList<PartedFile>> ListPagesAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string register in StateRegisters.NamesOf(kind))
        {
            yield return [.. (await _registers.ReadAsync(register, kind, cancellationToken)).Files.Values];
        }
    }

    /// <summary>Whether the store compares versions, and whether it keeps bytes or text only. Only trying tells the latter.</summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        DaprMetadata metadata = await _client.GetMetadataAsync(cancellationToken);
        DaprComponent component = metadata.Find(_store) ?? throw new DaprException(
            $"Dapr has no state store «{_store}»: is the component there, and is {metadata.Id} in its scopes?");
        if (!component.Capabilities.Contains("ETAG"))
        {
            throw new DaprException(
                $"The state store «{_store}» ({component.Type}) can't hold a repository: it has no ETags, so two could write the same file at once.");
        }

        string name = "probe/" + Guid.NewGuid().ToString("n");
        byte[] content = RandomNumberGenerator.GetBytes(64);
        await PutAsync(name, content, cancellationToken);
        if (await GetAsync(name, cancellationToken) is not { } read || !read.Span.SequenceEqual(content))
        {
            _wantsBase64 = true;
        }

        await DropAsync(name, cancellationToken);
    }
}
