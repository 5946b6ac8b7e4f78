using System.Collections.Concurrent;
using System.Text;
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
    private const int MaxTries = 100;
    private const int MaxPauseInMilliseconds = 50;
    private const string Digits = "0123456789abcdef";

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();

    /// <summary>The register of a file.</summary>
    public static string NameOf(FileHandle file) => file.Kind == FileKind.Pack
        ? $"register/packs-{file.Name.ToString()[0]}"
        : $"register/{PartedFile.FolderOf(file.Kind)}";

    /// <summary>The registers of a kind of files.</summary>
    public static IEnumerable<string> NamesOf(FileKind kind) => kind == FileKind.Pack
        ? Digits.Select(digit => $"register/packs-{digit}")
        : [$"register/{PartedFile.FolderOf(kind)}"];

    /// <summary>Reads a register.</summary>
    public async Task<Dictionary<FileHandle, PartedFile>> ReadAsync(string name, FileKind kind, CancellationToken cancellationToken) =>
        (await LoadAsync(name, kind, cancellationToken)).Files;

    /// <summary>Changes the register of a file, after whatever others have done to it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="change">
    /// Changes the register; false if there is nothing to change. Must say true to what it has changed itself: an answer may be lost.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the change said last.</returns>
    public async Task<bool> ChangeAsync(
        FileHandle file, Func<Dictionary<FileHandle, PartedFile>, bool> change, CancellationToken cancellationToken)
    {
        string name = NameOf(file);
        SemaphoreSlim turn = _turns.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (int i = 0; i < MaxTries; i++)
            {
                (Dictionary<FileHandle, PartedFile> files, string etag) = await LoadAsync(name, file.Kind, cancellationToken);
                if (!change(files))
                {
                    return false;
                }

                if (await TrySaveAsync(name, files, etag, cancellationToken))
                {
                    return true;
                }

                await Task.Delay(Random.Shared.Next(1, MaxPauseInMilliseconds), cancellationToken);
            }

            throw new DaprException($"The key {prefix}{name} of {store} is changed by others all the time. Try again when less is going on.");
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<(Dictionary<FileHandle, PartedFile> Files, string ETag)> LoadAsync(
        string name, FileKind kind, CancellationToken cancellationToken)
    {
        StateEntry entry = await client.GetByteStateAndETagAsync(
            store, prefix + name, ConsistencyMode.Strong, cancellationToken: cancellationToken);
        if (entry.Value is null)
        {
            return ([], "");
        }

        ReadOnlyMemory<byte> document = ObjectEnvelope.TryOpen(entry.Value)
            ?? throw new RepositoryDamagedException($"The key {prefix}{name} of {store}, which says which files there are, is damaged.");
        var files = new Dictionary<FileHandle, PartedFile>();
        foreach (string line in Encoding.ASCII.GetString(document.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            PartedFile file = PartedFile.TryParse(kind, line)
                ?? throw new RepositoryDamagedException($"The key {prefix}{name} of {store} has a line that makes no sense: «{line}».");
            files[file.Handle] = file;
        }

        return (files, entry.ETag);
    }

    private async Task<bool> TrySaveAsync(
        string name, Dictionary<FileHandle, PartedFile> files, string etag, CancellationToken cancellationToken)
    {
        byte[] document = encode(ObjectEnvelope.Seal(Encoding.ASCII.GetBytes(string.Join('\n', files.Values.Select(file => file.Label)))));
        try
        {
            return etag.Length == 0
                ? await client.TryCreateByteStateAsync(store, prefix + name, document, cancellationToken: cancellationToken)
                : await client.TrySaveByteStateAsync(store, prefix + name, document, etag, StateOptions.FirstWrite, cancellationToken: cancellationToken);
        }
        catch (DaprException exception) when (exception.IsWithoutAnswer)
        {
            return false; // it may be done all the same: reading it again tells
        }
    }
}
