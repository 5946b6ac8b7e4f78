namespace Backup.Engine.Repositories;

/// <summary>The keys of an opened repository, under the locks that restic takes for them.</summary>
internal sealed class KeyRing(OpenedRepository repository)
{
    /// <summary>Lists the keys.</summary>
    public Task<IReadOnlyList<KeyInfo>> ListAsync(CancellationToken cancellationToken) =>
        LockedAsync(
            LockKind.Shared,
            () => RepositoryKeys.ListAsync(repository.Backend, repository.KeyName, cancellationToken),
            cancellationToken);

    /// <summary>Adds a key.</summary>
    public Task<Digest> AddAsync(ReadOnlyMemory<byte> newPassword, KeyOwner owner, CancellationToken cancellationToken) =>
        LockedAsync(
            LockKind.Shared,
            () => RepositoryKeys.AddAsync(
                repository.Backend, repository.MasterKey, NotEmpty(newPassword), NewKey(owner), cancellationToken),
            cancellationToken);

    /// <summary>Removes a key.</summary>
    public Task<Digest> RemoveAsync(string key, CancellationToken cancellationToken) =>
        LockedAsync(
            LockKind.Exclusive,
            () => RepositoryKeys.RemoveAsync(repository.Backend, key, repository.KeyName, cancellationToken),
            cancellationToken);

    /// <summary>Replaces the key in use.</summary>
    public Task<Digest> ChangePasswordAsync(ReadOnlyMemory<byte> newPassword, KeyOwner owner, CancellationToken cancellationToken) =>
        LockedAsync(
            LockKind.Exclusive,
            async () =>
            {
                repository.KeyName = await RepositoryKeys.ChangePasswordAsync(
                    repository.Backend,
                    repository.MasterKey,
                    repository.KeyName,
                    NotEmpty(newPassword),
                    NewKey(owner),
                    cancellationToken).ConfigureAwait(false);
                return repository.KeyName;
            },
            cancellationToken);

    private static ReadOnlyMemory<byte> NotEmpty(ReadOnlyMemory<byte> password) =>
        password.IsEmpty
            ? throw new ArgumentException("An empty password protects nothing.", nameof(password))
            : password;

    private KeyOptions NewKey(KeyOwner owner)
    {
        KeyOptions here = KeyOptions.Current(repository.Time);
        return here with
        {
            Hostname = owner.Hostname is { Length: > 0 } hostname ? hostname : here.Hostname,
            Username = owner.Username ?? here.Username,
            Cost = repository.Options.KeyCost,
        };
    }

    private async Task<T> LockedAsync<T>(LockKind kind, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        RepositoryLock held = await repository.LockAsync(kind, cancellationToken).ConfigureAwait(false);
        await using (held.ConfigureAwait(false))
        {
            return await work().ConfigureAwait(false);
        }
    }
}
