using Backup.Engine.Storage;
using Backup.Engine.Tests.Interop;
using Backup.Engine.Tests.Storage.Rest;
using Backup.TestKit.Http;

namespace Backup.Engine.Tests.Storage.Rclone;

public sealed class RcloneBackendTests
{
    [FactIfOnPath("rclone")]
    public async Task It_keeps_the_contract()
    {
        int tests = await BackendContractRun.AllAsync(() => new RestContract("rclone::memory:{new}"));

        Assert.True(tests > 50, $"{tests} tests");
    }

    [FactIfOnPath("rclone", "restic")]
    public async Task Restic_and_we_work_on_the_same_remote()
    {
        using var folder = new TempFolder();
        string location = $"rclone:{folder.Combine("repository")}";

        await RestServerTests.RoundTripAsync(location);
        await RestServerTests.ByResticAsync(location, folder);
    }

    [FactIfOnPath("rclone")]
    public async Task A_remote_that_is_not_there_is_said_in_rclone_s_words()
    {
        BackendException error = await OpenAsync("rclone:nosuch:bucket");

        Assert.False(error.IsTransient);
        Assert.Contains("nosuch", error.Message, StringComparison.Ordinal);
        Assert.Contains("exit code", error.Message, StringComparison.Ordinal);
        Assert.Contains("rclone lsd", error.Message, StringComparison.Ordinal);
    }

    [FactIfOnPath("rclone")]
    public async Task Secrets_of_a_remote_are_not_repeated()
    {
        BackendException error = await OpenAsync("rclone::s3,secret_access_key=TOPSECRET:bucket");

        Assert.Contains(":s3,…:bucket", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TOPSECRET", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_rclone_is_said()
    {
        BackendException error = await OpenAsync("rclone:remote:", ("rclone.program", "/nowhere/rclone"));

        Assert.False(error.IsTransient);
        Assert.Contains("/nowhere/rclone", error.Message, StringComparison.Ordinal);
        Assert.Contains("rclone.program", error.Message, StringComparison.Ordinal);
    }

    [FactOnLinux]
    public async Task What_is_no_rclone_is_said()
    {
        BackendException error = await OpenAsync("rclone:remote:", ("rclone.program", "sh -c 'echo what >&2; exit 7'"), ("rclone.args", ""));

        Assert.Contains("what", error.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_remote_that_rclone_would_take_for_an_option_is_refused() =>
        Assert.Throws<ArgumentException>(() => BackendFactory.Open(new RepositoryOptions { Location = "rclone:-v:repo" }));

    [FactOnLinux]
    public async Task One_that_never_answers_is_given_up()
    {
        BackendException error = await OpenAsync(
            "rclone:remote:", ("rclone.program", "sh -c 'cat >/dev/null'"), ("rclone.args", ""), ("rclone.timeout", "1s"));

        Assert.True(error.IsTransient);
        Assert.Contains("does not answer", error.Message, StringComparison.Ordinal);
    }

    [FactIfOnPath("rclone", "sh")]
    public async Task An_rclone_that_died_is_started_again()
    {
        using var folder = new TempFolder();
        var warnings = new List<string>();
        string pids = folder.Combine("pids");
        var options = new RepositoryOptions
        {
            Location = $"rclone:{folder.Combine("repository")}",
            Connection = new ConnectionOptions
            {
                Settings = new Dictionary<string, string> { ["rclone.program"] = $"sh -c 'echo $$ >>{pids}; exec rclone \"$@\"' sh" },
            },
            Time = new ShortWaits(),
            Warn = warnings.Add,
        };
        byte[] content = [1, 2, 3];
        var file = new FileHandle(FileKind.Pack, Digest.Of(content));
        await using (BackendDecorator backend = BackendFactory.Open(options))
        {
            await backend.CreateAsync(CancellationToken.None);
            await backend.SaveAsync(file, content, CancellationToken.None);
            ExternalProgram.Named("sh").Run("-c", $"kill -9 {File.ReadAllLines(pids).Single()}");

            Assert.Equal(content, await backend.LoadAsync(file, 10, CancellationToken.None));
        }

        Assert.Equal(2, File.ReadAllLines(pids).Length);
        Assert.All(File.ReadAllLines(pids), pid => Assert.False(Directory.Exists($"/proc/{pid}"), $"{pid} lives on"));
    }

    [FactIfOnPath("rclone", "sh")]
    public async Task Nothing_is_lost_when_rclone_dies_again_and_again()
    {
        using var folder = new TempFolder();
        string pids = folder.Combine("pids");
        var warnings = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var options = new RepositoryOptions
        {
            Location = $"rclone:{folder.Combine("repository")}",
            Password = "test"u8.ToArray(),
            KeyCost = new ScryptCost(16, 1, 1),
            PackSizeInBytes = 4 << 20,
            Connection = new ConnectionOptions
            {
                Settings = new Dictionary<string, string> { ["rclone.program"] = $"sh -c 'echo $$ >>{pids}; exec rclone \"$@\"' sh" },
            },
            Time = new ShortWaits(),
            Warn = warnings.Enqueue,
        };
        var files = new MemorySource();
        var random = new Random(3);
        for (int i = 0; i < 24; i++)
        {
            byte[] content = new byte[400_000]; // one blob each
            random.NextBytes(content);
            bool kills = i % 8 == 7;
            files.Add($"/file {i:00}", content).OnOpen = () =>
            {
                if (kills)
                {
                    ExternalProgram.Named("sh").TryRun("-c", $"kill -9 {File.ReadAllLines(pids)[^1]}");
                }
            };
        }

        await using Repository repository = await Repository.CreateAsync(options, CancellationToken.None);
        BackupSummary summary = await repository.BackupAsync(new BackupOptions { Source = files }, null, CancellationToken.None);
        ExternalProgram.Named("sh").TryRun("-c", $"kill -9 {File.ReadAllLines(pids)[^1]}");
        CheckReport report = await repository.CheckAsync(new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);

        Assert.Equal(24, summary.Counts.DataBlobs);
        Assert.DoesNotContain(report.Problems, problem => problem.Severity == CheckSeverity.Error);
        Assert.True(File.ReadAllLines(pids).Length > 2, "rclone was not killed");
        Assert.NotEmpty(warnings);
    }

    [FactIfOnPath("rclone")]
    public async Task Nothing_is_lost_when_what_rclone_works_on_fails_again_and_again()
    {
        using var folder = new TempFolder();
        using ServerProcess server = await RestServer.StartRcloneWebdavAsync(folder.CreateFolder("data"));
        await using var proxy = new FaultProxy(new Uri($"http://{server.Address}/"), every: 7);
        byte[] content = new byte[9_000_000];
        new Random(1).NextBytes(content);
        folder.WriteFile("tree/large", content);
        var engine = new OwnEngine($"rclone::webdav,url='{proxy.Address}':repository")
        {
            WorkingDirectory = folder.Combine("tree"),
            PackSizeInBytes = 4 << 20,
            Time = new ShortWaits(),
            KeyCost = new ScryptCost(16, 1, 1),
        };

        await engine.InitAsync();
        await engine.BackupAsync(".");
        Assert.DoesNotContain((await engine.CheckAsync()).Problems, problem => problem.Severity == CheckSeverity.Error);
        await engine.RestoreAsync("latest", folder.Combine("target"));

        Assert.True(proxy.FaultCount > 5, $"only {proxy.FaultCount} faults");
        Assert.Equal(content, await File.ReadAllBytesAsync(folder.Combine("target/large")));
    }

    [FactIfOnPath("rclone", "sh", "setsid")]
    public async Task Ctrl_C_does_not_reach_it()
    {
        using var folder = new TempFolder();
        string groups = folder.Combine("groups");
        var settings = new Dictionary<string, string>
        {
            ["rclone.program"] = $"sh -c 'cut -d\" \" -f5 /proc/self/stat >{groups}; exec rclone \"$@\"' sh",
        };
        await using BackendDecorator backend = BackendFactory.Open(new RepositoryOptions
        {
            Location = $"rclone:{folder.Combine("repository")}",
            Connection = new ConnectionOptions { Settings = settings },
        });

        await backend.CreateAsync(CancellationToken.None);

        string ours = File.ReadAllText("/proc/self/stat").Split(' ')[4];
        Assert.NotEqual(ours, File.ReadAllText(groups).Trim());
    }

    private static async Task<BackendException> OpenAsync(string location, params (string Name, string Value)[] settings)
    {
        await using BackendDecorator backend = BackendFactory.Open(new RepositoryOptions
        {
            Location = location,
            Connection = new ConnectionOptions { Settings = settings.ToDictionary(each => each.Name, each => each.Value) },
            Time = new ShortWaits(),
        });
        return await Assert.ThrowsAnyAsync<BackendException>(() => backend.LoadAsync(FileHandle.Config, 10, CancellationToken.None));
    }
}
