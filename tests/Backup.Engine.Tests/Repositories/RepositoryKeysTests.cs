using Backup.Engine.Crypto;
using Backup.Engine.Repositories;
using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Repositories;

public sealed class RepositoryKeysTests : IDisposable
{
    private static readonly byte[] Password = "correct horse"u8.ToArray();
    private static readonly byte[] Other = "battery staple"u8.ToArray();

    private readonly MemoryBackend _backend = new();
    private readonly MasterKey _masterKey = MasterKey.Draw();

    [Fact]
    public async Task A_key_opens_with_its_password_and_with_no_other()
    {
        Digest added = await AddAsync(Password);

        (MasterKey opened, Digest name) = await RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None);

        KeyFileTests.AssertSame(_masterKey, opened);
        Assert.Equal(added, name);
        await Assert.ThrowsAsync<PasswordIncorrectException>(() => RepositoryKeys.OpenAsync(_backend, Other, CancellationToken.None));
    }

    [Fact]
    public async Task Each_of_several_passwords_opens_its_own_key()
    {
        Digest first = await AddAsync(Password);
        Digest second = await AddAsync(Other);

        (_, Digest byFirst) = await RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None);
        (_, Digest bySecond) = await RepositoryKeys.OpenAsync(_backend, Other, CancellationToken.None);

        Assert.Equal((first, second), (byFirst, bySecond));
    }

    [Fact]
    public async Task With_many_keys_our_own_are_tried_first()
    {
        for (int i = 0; i < 30; i++)
        {
            await AddAsync(Other, Options() with { Hostname = "elsewhere" });
        }

        Digest ours = await AddAsync(Password);

        (_, Digest name) = await RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None);

        Assert.Equal(ours, name);
        PasswordIncorrectException error = await Assert.ThrowsAsync<PasswordIncorrectException>(
            () => RepositoryKeys.OpenAsync(_backend, "neither"u8.ToArray(), CancellationToken.None));
        Assert.Contains("31", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"kdf":"scrypt","N":1073741824,"r":1024,"p":1024,"salt":"","data":""}""")]
    public async Task Damaged_keys_are_told_only_if_no_other_opens(string content)
    {
        Digest damaged = await SaveRawAsync(System.Text.Encoding.UTF8.GetBytes(content));
        await AddAsync(Password);

        (MasterKey opened, _) = await RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None);
        RepositoryDamagedException error = await Assert.ThrowsAsync<RepositoryDamagedException>(
            () => RepositoryKeys.OpenAsync(_backend, Other, CancellationToken.None));

        KeyFileTests.AssertSame(_masterKey, opened);
        Assert.Contains(damaged.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_altered_key_file_is_damage_even_if_it_can_be_read()
    {
        Digest name = await AddAsync(Password);
        byte[] content = await _backend.LoadAsync(new FileHandle(FileKind.Key, name), 10_000, CancellationToken.None);
        content[content.AsSpan().IndexOf("2026"u8)] = (byte)'1';
        await _backend.DeleteAsync(new FileHandle(FileKind.Key, name), CancellationToken.None);
        await _backend.SaveAsync(new FileHandle(FileKind.Key, name), content, CancellationToken.None);

        await Assert.ThrowsAsync<RepositoryDamagedException>(() => RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None));
    }

    [Fact]
    public async Task An_enormous_key_file_is_damage() => await Assert.ThrowsAsync<RepositoryDamagedException>(async () =>
    {
        await SaveRawAsync(new byte[65 * 1024]);
        await RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None);
    });

    [Fact]
    public async Task No_keys_at_all_is_damage_not_a_wrong_password() =>
        await Assert.ThrowsAsync<RepositoryDamagedException>(() => RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None));

    [Fact]
    public async Task The_list_tells_who_when_and_which_is_in_use()
    {
        Digest ours = await AddAsync(Password);
        Digest theirs = await AddAsync(Other, new KeyOptions(new Timestamp(1_000, 5, 0), "they", "there") { Cost = new ScryptCost(16, 1, 1) });
        Digest damaged = await SaveRawAsync("{}"u8.ToArray());

        IReadOnlyList<KeyInfo> keys = await RepositoryKeys.ListAsync(_backend, ours, CancellationToken.None);

        Assert.Equal(3, keys.Count);
        Assert.Equal(new KeyInfo(theirs, "they", "there", new Timestamp(1_000, 5, 0), false), keys.Single(key => key.Id == theirs));
        Assert.True(keys.Single(key => key.Id == ours).IsCurrent);
        Assert.NotNull(keys.Single(key => key.Id == damaged).Damage);
    }

    [Fact]
    public async Task A_removed_key_opens_nothing_any_more()
    {
        Digest current = await AddAsync(Password);
        Digest removed = await AddAsync(Other);

        Digest result = await RepositoryKeys.RemoveAsync(_backend, removed.ToString()[..20], current, CancellationToken.None);

        Assert.Equal(removed, result);
        await Assert.ThrowsAsync<PasswordIncorrectException>(() => RepositoryKeys.OpenAsync(_backend, Other, CancellationToken.None));
        await RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None);
    }

    [Fact]
    public async Task Only_a_single_key_that_is_not_in_use_is_removed()
    {
        Digest current = await AddAsync(Password);
        for (int i = 0; i < 17; i++)
        {
            await AddAsync(Other); // of 18 names two begin alike
        }

        List<BackendFile> files = await _backend.ListAsync(FileKind.Key, CancellationToken.None).ToListAsync();
        string ambiguous = files.Select(file => file.Handle.Name.ToString()[..1]).GroupBy(first => first).First(group => group.Count() > 1).Key;

        await Assert.ThrowsAsync<ArgumentException>(() => RepositoryKeys.RemoveAsync(_backend, current.ToString(), current, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => RepositoryKeys.RemoveAsync(_backend, ambiguous, current, CancellationToken.None));
        await Assert.ThrowsAsync<ItemNotFoundException>(() => RepositoryKeys.RemoveAsync(_backend, "xyz", current, CancellationToken.None));
        await Assert.ThrowsAsync<ItemNotFoundException>(() => RepositoryKeys.RemoveAsync(_backend, "", current, CancellationToken.None));

        Assert.Equal(18, await _backend.ListAsync(FileKind.Key, CancellationToken.None).CountAsync());
    }

    [Fact]
    public async Task A_changed_password_opens_the_same_master_key()
    {
        Digest old = await AddAsync(Password);

        Digest added = await RepositoryKeys.ChangePasswordAsync(_backend, _masterKey, old, Other, Options(), CancellationToken.None);

        (MasterKey opened, Digest name) = await RepositoryKeys.OpenAsync(_backend, Other, CancellationToken.None);
        KeyFileTests.AssertSame(_masterKey, opened);
        Assert.Equal(added, name);
        await Assert.ThrowsAsync<PasswordIncorrectException>(() => RepositoryKeys.OpenAsync(_backend, Password, CancellationToken.None));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public async Task Wherever_a_change_of_the_password_fails_a_password_is_left(int call, bool afterwards)
    {
        Digest old = await AddAsync(Password);
        FaultyBackend faulty = afterwards ? FaultyBackend.FailsAfter(_backend, call) : FaultyBackend.FailsBefore(_backend, call);

        await Assert.ThrowsAsync<BackendException>(
            () => RepositoryKeys.ChangePasswordAsync(faulty, _masterKey, old, Other, Options(), CancellationToken.None));

        byte[] password = call == 3 && afterwards ? Other : Password;
        (MasterKey opened, _) = await RepositoryKeys.OpenAsync(_backend, password, CancellationToken.None);
        KeyFileTests.AssertSame(_masterKey, opened);
    }

    [FactIfOnPath("restic")]
    [Trait("Category", "Slow")]
    public async Task Keys_and_config_that_restic_made_are_read()
    {
        using var folder = new TempFolder();
        ExternalProgram restic = ExternalProgram.Named("restic");
        restic["RESTIC_PASSWORD"] = "correct horse";
        restic.Run("init", "-q", "-r", folder.FullName);
        await using var backend = new Engine.Storage.Local.LocalBackend(folder.FullName);

        (MasterKey opened, _) = await RepositoryKeys.OpenAsync(backend, Password, CancellationToken.None);

        using var files = new SealedFiles(backend, opened);
        RepositoryConfig config = ConfigFile.Decode(await files.LoadUnpackedAsync(FileKind.Config, default, CancellationToken.None));
        string json = restic.Run("cat", "config", "-r", folder.FullName);
        Assert.Contains(config.Id, json, StringComparison.Ordinal);
        Assert.Equal(2, config.Version);
    }

    [FactIfOnPath("restic")]
    public async Task Keys_locks_and_config_that_we_make_are_read_by_restic()
    {
        using var folder = new TempFolder();
        ExternalProgram restic = ExternalProgram.Named("restic");
        restic["RESTIC_PASSWORD"] = "correct horse";
        await using var backend = new Engine.Storage.Local.LocalBackend(folder.FullName);
        using var files = new SealedFiles(backend, _masterKey);
        var config = new RepositoryConfig(2, new string('5', 64), 0x2592025a4d108f);
        var options = new RepositoryOptions { Location = folder.FullName };

        await backend.CreateAsync(CancellationToken.None);
        Digest key = await RepositoryKeys.AddAsync(backend, _masterKey, Password, Options(), CancellationToken.None);
        await files.SaveUnpackedAsync(FileKind.Config, ConfigFile.Encode(config), CancellationToken.None);

        Assert.Contains(config.Id, restic.Run("cat", "config", "-r", folder.FullName), StringComparison.Ordinal);
        Assert.Contains(key.ToShortString(), restic.Run("key", "list", "-r", folder.FullName), StringComparison.Ordinal);
        await using (await RepositoryLock.AcquireAsync(files, LockIdentity.ForLocks(), LockKind.Exclusive, options, CancellationToken.None))
        {
            (int exitCode, _, string errors) = restic.TryRun("snapshots", "-r", folder.FullName);
            Assert.NotEqual(0, exitCode);
            Assert.Contains("locked exclusively by PID", errors, StringComparison.Ordinal);
            restic.Run("unlock", "-r", folder.FullName); // leaves alone what is not stale
            Assert.NotEqual(0, restic.TryRun("snapshots", "-r", folder.FullName).ExitCode);
        }

        restic.Run("snapshots", "-r", folder.FullName);
    }

    public void Dispose() => _masterKey.Dispose();

    private static KeyOptions Options()
    {
        LockIdentity us = LockIdentity.Current();
        return new KeyOptions(new Timestamp(1_767_323_045, 0, 0), us.Username, us.Hostname) { Cost = new ScryptCost(16, 1, 1) };
    }

    private Task<Digest> AddAsync(byte[] password, KeyOptions? options = null) =>
        RepositoryKeys.AddAsync(_backend, _masterKey, password, options ?? Options(), CancellationToken.None);

    private async Task<Digest> SaveRawAsync(byte[] content)
    {
        Digest name = Digest.Of(content);
        await _backend.SaveAsync(new FileHandle(FileKind.Key, name), content, CancellationToken.None);
        return name;
    }
}
