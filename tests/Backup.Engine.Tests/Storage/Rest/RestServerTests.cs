using System.Security.Cryptography;
using Backup.Engine.Storage;
using Backup.Engine.Tests.Interop;
using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Storage.Rest;

/// <summary>Against real servers: restic's rest-server and rclone.</summary>
public sealed class RestServerTests
{
    [FactIfRestServer]
    public async Task Rest_server_keeps_the_contract()
    {
        using var folder = TempFolder.InMemory();
        using ServerProcess server = await RestServer.StartAsync(folder.FullName, "--no-verify-upload"); // names are not hashes there

        int tests = await BackendContractRun.AllAsync(() => new RestContract($"rest:http://{server.Address}/{{new}}/"));

        Assert.True(tests > 50, $"{tests} tests");
    }

    [FactIfRestServer]
    public async Task A_socket_leads_to_a_server_as_well()
    {
        using var folder = TempFolder.InMemory();
        string socket = folder.Combine("rest.sock");
        using ServerProcess server = await RestServer.StartAsync(folder.CreateFolder("data"), "--listen", $"unix:{socket}");

        await RoundTripAsync($"rest:http+unix://{socket}:/repository/");
    }

    [FactIfOnPath("rclone")]
    public async Task Rclone_as_a_server_keeps_the_contract()
    {
        using ServerProcess server = await RestServer.StartRcloneAsync(":memory:bucket");

        int tests = await BackendContractRun.AllAsync(() => new RestContract($"rest:http://{server.Address}/{{new}}/"));

        Assert.True(tests > 50, $"{tests} tests");
    }

    [FactIfRestServer("restic")]
    public async Task Restic_and_we_work_on_the_same_server()
    {
        using var folder = new TempFolder();
        using ServerProcess server = await RestServer.StartAsync(folder.CreateFolder("data"));
        string location = $"rest:http://{server.Address}/repository/";

        await RoundTripAsync(location);
        await ByResticAsync(location, folder);
    }

    [FactIfOnPath("rclone", "restic")]
    public async Task Restic_and_we_work_on_the_same_rclone()
    {
        using var folder = new TempFolder();
        using ServerProcess server = await RestServer.StartRcloneAsync(folder.CreateFolder("data"));
        string location = $"rest:http://{server.Address}/repository/";

        await RoundTripAsync(location);
        await ByResticAsync(location, folder);
    }

    [FactIfRestServer]
    public async Task Users_have_to_say_who_they_are()
    {
        using var folder = TempFolder.InMemory();
        byte[] hash = SHA1.HashData("pass@word"u8);
        string users = folder.WriteFile("users", $"me:{{SHA}}{Convert.ToBase64String(hash)}\n");
        using ServerProcess server = await RestServer.StartWithUsersAsync(folder.CreateFolder("data"), "--htpasswd-file", users, "--private-repos");
        string place = $"{server.Address}/me/repository/";

        await RoundTripAsync($"rest:http://me:pass%40word@{place}");
        await RoundTripAsync(
            $"rest:http://{server.Address}/me/other/", new ConnectionOptions { UserName = "me", Password = "pass@word" });
        BackendAccessDeniedException wrong = await Assert.ThrowsAsync<BackendAccessDeniedException>(
            () => RoundTripAsync($"rest:http://me:other@{place}"));

        Assert.Contains(place, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("me:", wrong.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("other", wrong.ToString(), StringComparison.Ordinal);
    }

    [FactIfRestServer]
    public async Task A_certificate_has_to_be_known()
    {
        using var folder = TempFolder.InMemory();
        TestCertificates certificates = TestCertificates.WriteTo(folder);
        using ServerProcess server = await RestServer.StartAsync(
            folder.CreateFolder("data"), "--tls", "--tls-cert", certificates.Server, "--tls-key", certificates.ServerKey);
        string location = $"rest:https://{server.Address}/";

        BackendException unknown = await Assert.ThrowsAsync<BackendException>(() => RoundTripAsync(location));
        await RoundTripAsync(location + "a/", new ConnectionOptions { CaCertificateFiles = [certificates.Authority] });
        await RoundTripAsync(location + "b/", new ConnectionOptions { InsecureTls = true });
        using var otherFolder = TempFolder.InMemory();
        TestCertificates others = TestCertificates.WriteTo(otherFolder);
        await Assert.ThrowsAsync<BackendException>(
            () => RoundTripAsync(location, new ConnectionOptions { CaCertificateFiles = [others.Authority] }));

        Assert.False(unknown.IsTransient);
        Assert.Contains(Remedy.CaCertificate, unknown.Message, StringComparison.Ordinal);
        Assert.Contains(". A certificate that", unknown.Message, StringComparison.Ordinal);
    }

    [FactIfRestServer]
    public async Task A_server_without_certificate_is_said()
    {
        using var folder = TempFolder.InMemory();
        using ServerProcess server = await RestServer.StartAsync(folder.FullName);

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => RoundTripAsync($"rest:https://{server.Address}/"));

        Assert.Contains("secure connection", error.Message, StringComparison.Ordinal);
    }

    [FactIfOnPath("rclone")]
    public async Task A_server_may_ask_for_our_certificate()
    {
        using var folder = TempFolder.InMemory();
        TestCertificates certificates = TestCertificates.WriteTo(folder);
        using ServerProcess server = await RestServer.StartRcloneAsync(
            ":memory:bucket",
            "--cert", certificates.Server, "--key", certificates.ServerKey, "--client-ca", certificates.Authority);
        string location = $"rest:https://{server.Address}/repository/";
        var withoutIt = new ConnectionOptions { CaCertificateFiles = [certificates.Authority] };

        await RoundTripAsync(location, withoutIt with { ClientCertificateFile = certificates.Client });
        await using BackendDecorator backend = BackendFactory.Open(
            new RepositoryOptions { Location = location, Connection = withoutIt, Time = new ShortWaits() });

        await Assert.ThrowsAsync<BackendException>(() => backend.GetSizeAsync(FileHandle.Config, CancellationToken.None));
    }

    [Theory]
    [InlineData("missing.pem", null)]
    [InlineData("empty.pem", "")]
    [InlineData("nonsense.pem", "nonsense")]
    public void A_file_without_certificates_is_refused(string name, string? content)
    {
        using var folder = TempFolder.InMemory();
        string file = content is null ? folder.Combine(name) : folder.WriteFile(name, content);
        foreach (ConnectionOptions connection in new[]
        {
            new ConnectionOptions { CaCertificateFiles = [file] }, new ConnectionOptions { ClientCertificateFile = file },
        })
        {
            ArgumentException error = Assert.ThrowsAny<ArgumentException>(
                () => BackendFactory.Open(new RepositoryOptions { Location = "rest:https://host/", Connection = connection }));

            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [FactIfRestServer]
    public async Task An_append_only_server_takes_backups_and_removes_nothing()
    {
        using var folder = TempFolder.InMemory();
        using ServerProcess server = await RestServer.StartAsync(folder.CreateFolder("data"), "--append-only");
        string location = $"rest:http://{server.Address}/repository/";
        await RoundTripAsync(location);
        await using BackendDecorator backend = BackendFactory.Open(new RepositoryOptions { Location = location });
        BackendFile pack = await backend.ListAsync(FileKind.Pack, CancellationToken.None).FirstAsync();

        BackendAccessDeniedException refused = await Assert.ThrowsAsync<BackendAccessDeniedException>(
            () => backend.DeleteAsync(pack.Handle, CancellationToken.None));

        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
    }

    [FactIfRestServer]
    public async Task A_full_server_is_said_and_not_asked_again()
    {
        using var folder = TempFolder.InMemory();
        using ServerProcess server = await RestServer.StartAsync(folder.CreateFolder("data"), "--max-size", "100000");
        var engine = new OwnEngine($"rest:http://{server.Address}/repository/")
        {
            KeyCost = new ScryptCost(16, 1, 1),
            Time = new ShortWaits(),
        };
        await engine.InitAsync();
        byte[] content = new byte[3_000_000];
        Random.Shared.NextBytes(content);
        string file = folder.WriteFile("file", content);

        StorageFullException full = await Assert.ThrowsAsync<StorageFullException>(() => engine.BackupAsync(file));

        Assert.Contains("507", full.Message, StringComparison.Ordinal);
        await engine.CheckAsync();
    }

    /// <summary>Creates, backs up, checks and restores through the façade.</summary>
    internal static async Task RoundTripAsync(string location, ConnectionOptions? connection = null, TimeProvider? time = null)
    {
        using var folder = new TempFolder();
        SampleTree tree = SampleTree.Create(
            folder.Combine("tree"), new SampleTreeOptions { SmallFiles = 60, LargeFiles = false, OnlyWhatOldResticKeeps = true });
        var engine = new OwnEngine(location)
        {
            WorkingDirectory = tree.FullName,
            Connection = connection ?? new ConnectionOptions(),
            Time = time ?? TimeProvider.System,
            KeyCost = new ScryptCost(16, 1, 1),
        };

        await engine.InitAsync();
        BackupSummary summary = await engine.BackupAsync(".");
        CheckReport report = await engine.CheckAsync();
        await engine.RestoreAsync("latest", folder.Combine("target"));

        Assert.Empty(summary.Skipped);
        Assert.Empty(report.Problems);
        Assert.Empty(TreeComparer.Differences(
            tree.FullName, folder.Combine("target"), TreeAspects.RestoredByRestic & ~TreeAspects.Top));
    }

    /// <summary>restic checks what we wrote and adds to it, we check that and remove ours, and restic checks what is left.</summary>
    internal static async Task ByResticAsync(string location, TempFolder folder)
    {
        string file = folder.WriteFile("of restic", "content");
        var restic = new Restic(location);

        restic.Check();
        restic.Backup(file);

        Assert.Equal(2, restic.Snapshots().Count);
        Assert.Empty(restic.List("locks"));
        var engine = new OwnEngine(location);
        Assert.Empty((await engine.CheckAsync()).Problems);
        PruneResult pruned = await engine.RemoveAsync((await engine.SnapshotsAsync())[0].Id);
        Assert.True(pruned.Bytes.Remove > 0, $"{pruned.Bytes}");
        Assert.Empty((await engine.CheckAsync()).Problems);
        restic.Check(readData: true);
        Assert.Single(restic.Snapshots());
    }
}
