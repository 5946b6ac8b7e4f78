using System.Text;
using System.Text.Json;
using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Operations;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>A root that holds what the service lives on gives nobody its repositories, its journal or its passwords.</summary>
public sealed class OwnPathTests
{
    /// <summary>As a pattern it would match <c>odd ab</c>, too.</summary>
    private const string OddName = "odd [a]*";

    [Fact]
    public async Task Requests_for_what_the_service_lives_on_are_refused()
    {
        string[] requests =
        [
            """{"restore":{"target":"TOP/repository","delete":true}}""",
            """{"restore":{"target":"TOP/repository"}}""",
            """{"restore":{"target":"TOP/repository/data/00","dryRun":true}}""",
            """{"restore":{"target":"TOP/odd [a]*/data"}}""",
            """{"restore":{"target":"TOP/real/inner"}}""",
            """{"restore":{"target":"TOP/way/inner/new"}}""",
            """{"restore":{"target":"TOP","delete":true}}""",
            """{"restore":{"target":"TOP/real","delete":true}}""",
            """{"restore":{"target":"TOP/link"}}""",
            """{"restore":{"target":"TOP/link/../repository"}}""",
            """{"restore":{"target":"TOP/data"}}""",
            """{"restore":{"target":"TOP/password"}}""",
            """{"restore":{"target":"TOP/password","configuration":{"store":"s"}}}""",
            """{"restore":{"target":"TOP/repository/config","configuration":{"store":"s"}}}""",
            """{"backup":{"sources":[{"files":{"paths":["TOP/password"]}}]}}""",
            """{"backup":{"sources":[{"files":{"paths":["TOP/root","TOP/link/config"]}}]}}""",
            """{"backup":{"sources":[{"files":{"paths":["TOP/data"]}}]}}""",
        ];
        await using RunningService service = await StartAsync();

        foreach (string request in requests)
        {
            ServiceReply reply = await service.PostAsync("/v1/jobs", request.Replace("TOP", Top(service), StringComparison.Ordinal));

            Assert.True(reply.Status == 403, $"{request}: {reply.Text}");
            reply.ExpectProblem(403, "PathNotAllowed");
        }

        Assert.Empty((await service.GetAsync("/v1/jobs")).Json.GetProperty("jobs").EnumerateArray());
    }

    [Fact]
    public async Task A_backup_of_the_folder_above_leaves_it_out_and_says_so()
    {
        await using RunningService service = await StartAsync();
        string top = Top(service);
        service.Folder.Write("a.txt", "a");
        Directory.CreateDirectory(Path.Combine(top, "odd ab"));
        File.WriteAllText(Path.Combine(top, "odd ab/b.txt"), "b");

        JsonElement job = await service.RunAsync($$$"""{"repository":"main","backup":{"sources":[{"files":{"paths":["{{{top}}}"],"exclude":["x","!password"]}}]}}""");
        JsonElement items = (await service.GetAsync($"/v1/repositories/main/snapshots/latest/items?path={top}&recursive=true")).Expect(200).Json;

        Assert.Equal("succeeded", job.GetProperty("state").GetString());
        string[] own = [top + "/data", top + "/" + OddName, top + "/password", top + "/real/inner", top + "/repository", top + "/way"];
        Assert.Equal(own, job.GetProperty("result").GetProperty("leftOut").EnumerateArray().Select(path => path.GetString()));
        string[] stored = [.. items.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("path").GetString() ?? "")];
        Assert.Contains(top + "/root/a.txt", stored);
        Assert.Contains(top + "/odd ab/b.txt", stored);
        Assert.Contains(top + "/real", stored);
        Assert.DoesNotContain(stored, path => own.Any(one => path == one || path.StartsWith(one + "/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","include":["*"]""")]
    [InlineData(""","exclude":["nothing","!repository","!password"]""")]
    public async Task A_restore_to_the_folder_above_leaves_it_alone(string patterns)
    {
        await using RunningService service = await StartAsync();
        string top = Top(service);
        string[] names = ["repository/config", "repository/keys/new", "password", "way", "real/inner/config", "real/free.txt", OddName + "/config", "free.txt"];
        byte[] config = await File.ReadAllBytesAsync(Path.Combine(top, "repository/config"));
        foreach (string name in names)
        {
            string backup = $$$"""{"repository":"main","backup":{"tags":["t"],"sources":[{"payload":{"name":"{{{name}}}","text":"forged"}}]}}""";
            Assert.Equal("succeeded", (await service.RunAsync(backup)).GetProperty("state").GetString());

            JsonElement restore = await service.RunAsync($$$"""{"repository":"main","restore":{"folder":"/payload","target":"{{{top}}}"{{{patterns}}}}}""");

            Assert.Equal("succeeded", restore.GetProperty("state").GetString());
        }

        Assert.Equal("forged", File.ReadAllText(Path.Combine(top, "free.txt")));
        Assert.Equal("forged", File.ReadAllText(Path.Combine(top, "real/free.txt")));
        Assert.Equal("other's", File.ReadAllText(Path.Combine(top, "password")));
        Assert.Equal(config, await File.ReadAllBytesAsync(Path.Combine(top, "repository/config")));
        Assert.False(File.Exists(Path.Combine(top, "repository/keys/new")));
        Assert.False(File.Exists(Path.Combine(top, "real/inner/config")));
        Assert.False(Directory.Exists(Path.Combine(top, OddName)));
        Assert.Equal("real", new FileInfo(Path.Combine(top, "way")).LinkTarget);
    }

    [Fact]
    public async Task Links_that_came_after_a_request_was_accepted_are_seen()
    {
        using var folder = new TempFolder();
        await FolderRepository.CreateAsync(folder.Combine("repository"), "p");
        folder.CreateFolder("root");
        var options = new ServiceOptions
        {
            Roots = [folder.FullName],
            Repositories = new Dictionary<string, RepositorySettings> { ["main"] = new() { Location = folder.Combine("repository"), Password = "p" } },
        };
        var request = new JobRequest { Restore = new RestoreRequest { Target = folder.Combine("root/later"), Delete = true } };
        JobPlan plan = JobPlan.Of(request, options);

        Directory.CreateSymbolicLink(folder.Combine("root/later"), folder.Combine("repository"));
        await using Repository repository = await Repository.OpenAsync(
            new RepositoryOptions { Location = folder.Combine("repository"), Password = Encoding.UTF8.GetBytes("p") }, CancellationToken.None);

        RequestException exception = await Assert.ThrowsAsync<RequestException>(
            () => RestoreOperation.RunAsync(repository, plan.Request.Restore!, options, _ => { }, CancellationToken.None)); // given above
        Assert.Equal(RequestException.Forbidden, exception.ErrorId);
        Assert.True(File.Exists(folder.Combine("repository/config")));
    }

    [Fact]
    public void Everything_that_the_configuration_names_is_meant()
    {
        using var folder = new TempFolder();
        string secrets = folder.CreateFolder("secrets");
        folder.WriteFile("secrets/..2026/password", "p");
        File.CreateSymbolicLink(folder.Combine("secrets/..data"), "..2026");
        File.CreateSymbolicLink(folder.Combine("secrets/password"), "..data/password");
        var paths = new RequestPaths(new ServiceOptions
        {
            Roots = [folder.FullName],
            TokenFile = folder.Combine("token"),
            ConfigurationFile = folder.Combine("config.json"),
            DataFolder = folder.Combine("journal"),
            Repositories = new Dictionary<string, RepositorySettings>
            {
                ["local"] = new() { Location = "local:" + folder.Combine("local"), PasswordFile = folder.Combine("secrets/password") },
                ["relative"] = new() { Location = Path.GetRelativePath(Environment.CurrentDirectory, folder.Combine("relative")) },
                ["distant"] = new() { Location = "rest:http://localhost/distant" },
                ["dapr"] = new() { Location = "dapr:binding" },
            },
        });

        foreach (string own in (string[])["token", "config.json", "journal/jobs.db", "local/data", "relative", "secrets/password", "secrets/..data/password", "secrets/..2026/password"])
        {
            Assert.Throws<RequestException>(() => paths.ToRestore(folder.Combine(own), delete: false));
            Assert.Throws<RequestException>(() => paths.ToBackUp(folder.Combine(own)));
        }

        Assert.Equal(folder.Combine("free"), paths.ToRestore(folder.Combine("free"), delete: true));
        Assert.Equal(folder.Combine("tokens"), paths.ToBackUp(folder.Combine("tokens")));
        Assert.Equal([secrets + "/..2026/password", secrets + "/..data", secrets + "/password"], paths.OwnBelow(secrets));
        Assert.Equal("/a/[[]b]/[*][?]\\\\c", RequestPaths.PatternOf("/top/a/[b]/*?\\c", "/top"));
    }

    /// <summary>One whose root is the folder of everything, with a second repository behind a link, and a third that isn't there yet.</summary>
    private static async Task<RunningService> StartAsync()
    {
        var folder = new TempFolder();
        string password = folder.WriteFile("password", "other's");
        folder.CreateFolder("real");
        Directory.CreateSymbolicLink(folder.Combine("way"), "real");
        Directory.CreateSymbolicLink(folder.Combine("link"), "repository");
        return await RunningService.StartAsync(
            new ServiceFolder(folder),
            new Dictionary<string, string?>
            {
                ["Backup:Roots:0"] = folder.FullName,
                ["Backup:Repositories:other:Location"] = folder.Combine("way/inner"),
                ["Backup:Repositories:other:PasswordFile"] = password,
                ["Backup:Repositories:odd:Location"] = folder.Combine(OddName),
                ["Backup:Repositories:odd:Password"] = "p",
            },
            ownFolder: folder);
    }

    private static string Top(RunningService service) => Path.GetDirectoryName(service.Folder.Root) ?? "";
}
