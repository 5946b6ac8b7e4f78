using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Repositories;

public sealed class KeyRingTests : IAsyncDisposable
{
    private readonly MemoryBackend _backend = new();

    [Fact]
    public async Task A_changed_password_opens_and_the_old_one_does_not()
    {
        await using (Repository repository = await Repository.CreateAsync(Options("old"), CancellationToken.None))
        {
            await repository.ChangePasswordAsync("new"u8.ToArray(), CancellationToken.None);
        }

        await using Repository opened = await Repository.OpenAsync(Options("new"), CancellationToken.None);

        Assert.True(Assert.Single(await opened.ListKeysAsync(CancellationToken.None)).IsCurrent);
        await Assert.ThrowsAsync<PasswordIncorrectException>(() => Repository.OpenAsync(Options("old"), CancellationToken.None));
    }

    [Fact]
    public async Task A_key_that_was_added_opens_until_it_is_removed()
    {
        await using Repository repository = await Repository.CreateAsync(Options("one"), CancellationToken.None);

        Digest added = await repository.AddKeyAsync("two"u8.ToArray(), CancellationToken.None);
        await (await Repository.OpenAsync(Options("two"), CancellationToken.None)).DisposeAsync();
        await repository.RemoveKeyAsync(added.ToShortString(), CancellationToken.None);

        await Assert.ThrowsAsync<PasswordIncorrectException>(() => Repository.OpenAsync(Options("two"), CancellationToken.None));
        Assert.Single(await repository.ListKeysAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_key_in_use_and_an_empty_password_are_refused()
    {
        await using Repository repository = await Repository.CreateAsync(Options("one"), CancellationToken.None);
        KeyInfo key = Assert.Single(await repository.ListKeysAsync(CancellationToken.None));

        await Assert.ThrowsAsync<ArgumentException>(() => repository.RemoveKeyAsync(key.Id.ToString(), CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => repository.AddKeyAsync(ReadOnlyMemory<byte>.Empty, CancellationToken.None));
    }

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    private RepositoryOptions Options(string password) => new()
    {
        Location = "memory",
        Backend = new UndisposedBackend(_backend),
        Password = System.Text.Encoding.UTF8.GetBytes(password),
        KeyCost = new ScryptCost(16, 1, 1),
    };
}
