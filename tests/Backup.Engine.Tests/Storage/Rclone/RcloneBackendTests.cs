using Backup.Engine.Storage;
using Backup.Engine.Tests.Storage.Rest;

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
