namespace Backup.Engine.Repositories;

/// <summary>The files of a repository that hold one sealed JSON document each.</summary>
internal interface IUnpackedFiles
{
    /// <summary>Where the files are.</summary>
    IBackend Backend { get; }

    /// <summary>Loads a document.</summary>
    /// <exception cref="BackendFileNotFoundException">There is no such file.</exception>
    /// <exception cref="RepositoryDamagedException">It was altered or cut short.</exception>
    Task<byte[]> LoadUnpackedAsync(FileKind kind, Digest name, CancellationToken cancellationToken);

    /// <summary>Saves a document.</summary>
    /// <returns>The file's name.</returns>
    Task<Digest> SaveUnpackedAsync(FileKind kind, ReadOnlyMemory<byte> json, CancellationToken cancellationToken);
}
