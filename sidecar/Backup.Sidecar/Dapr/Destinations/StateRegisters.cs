using Backup.Engine;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// The labels of a repository in a state store: a document for each kind of files, of packs sixteen, so that they stay small.
/// </summary>
/// <param name="client">Dapr.</param>
/// <param name="store">The state store.</param>
/// <param name="prefix">What the repository's keys begin with.</param>
/// <param name="encode">Makes of a document what the store keeps.</param>
internal sealed class StateRegisters(IDaprClient client, string store, string prefix, Func<byte[], byte[]> encode)
{
    private const string Digits = "0123456789abcdef";

    private readonly StateDocuments _documents = new(client, store);

    /// <summary>The register of a file.</summary>
    public static string NameOf(FileHandle file) => file.Kind == FileKind.Pack
        ? $"register/packs-{file.Name.ToString()[0]}"
        : $"register/{PartedFile.FolderOf(file.Kind)}";

    /// <summary>The registers of a kind of files.</summary>
    public static IEnumerable<string> NamesOf(FileKind kind) => kind == FileKind.Pack
        ? Digits.Select(digit => $"register/packs-{digit}")
        : [$"register/{PartedFile.FolderOf(kind)}"];

    /// <summary>Reads a register.</summary>
    /// <exception cref="RepositoryDamagedException">It makes no sense.</exception>
    public async Task<StateRegister> ReadAsync(string name, FileKind kind, CancellationToken cancellationToken) =>
        Parse(name, kind, await _documents.ReadAsync(prefix + name, cancellationToken));

    /// <summary>Changes the register of a file, after whatever others have done to it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="change">
    /// Changes the register; false if there is nothing to change. Must say true to what it has changed itself: an answer may be lost.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the change said last.</returns>
    /// <exception cref="RepositoryDamagedException">It makes no sense.</exception>
    public Task<bool> ChangeAsync(FileHandle file, Func<StateRegister, bool> change, CancellationToken cancellationToken)
    {
        string name = NameOf(file);
        return _documents.ChangeAsync(
            prefix + name,
            document =>
            {
                StateRegister register = Parse(name, file.Kind, document);
                return change(register) ? encode(ObjectEnvelope.Seal(register.ToBytes())) : null;
            },
            cancellationToken);
    }

    private StateRegister Parse(string name, FileKind kind, byte[]? document)
    {
        if (document is null)
        {
            return new StateRegister();
        }

        ReadOnlyMemory<byte> content = ObjectEnvelope.TryOpen(document)
            ?? throw new RepositoryDamagedException($"The key {prefix}{name} of {store}, which says which files there are, is damaged.");
        return StateRegister.TryParse(kind, content.Span)
            ?? throw new RepositoryDamagedException($"The key {prefix}{name} of {store}, which says which files there are, has a line that makes no sense.");
    }
}
