using System.Text;
using System.Threading.RateLimiting;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Hosting;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>Who may do what.</summary>
public sealed class SafetyTests
{
    [Theory]
    [InlineData("""{"backup":{"sources":[{"files":{"paths":["/etc"]}}]}}""", 403, "PathNotAllowed")]
    [InlineData("""{"backup":{"sources":[{"files":{"paths":["ROOT/../other"]}}]}}""", 403, "PathNotAllowed")]
    [InlineData("""{"backup":{"sources":[{"files":{"paths":["ROOT/link/x"]}}]}}""", 403, "PathNotAllowed")]
    [InlineData("""{"backup":{"sources":[{"files":{"paths":["ROOTother"]}}]}}""", 403, "PathNotAllowed")]
    [InlineData("""{"backup":{"sources":[{"files":{"paths":["relative"]}}]}}""", 400, "InvalidRequest")]
    [InlineData("""{"restore":{"target":"/tmp"}}""", 403, "PathNotAllowed")]
    [InlineData("""{"restore":{"target":"ROOT/link/new"}}""", 403, "PathNotAllowed")]
    [InlineData("""{"restore":{}}""", 400, "InvalidRequest")]
    [InlineData("""{"restore":{"target":"ROOT","snapshot":"latest:/x"}}""", 400, "InvalidRequest")]
    [InlineData("""{"repository":"/tmp/x","operation":"check"}""", 404, "NotFound")]
    [InlineData("""{"policy":"none"}""", 404, "NotFound")]
    [InlineData("""{"policy":"none","repository":"main"}""", 400, "InvalidRequest")]
    [InlineData("""{"backup":{"sources":[]}}""", 400, "InvalidRequest")]
    [InlineData("""{"backup":{"sources":[{}]}}""", 400, "InvalidRequest")]
    [InlineData("""{"backup":{"sources":[{"payload":{"name":"../a","text":"x"}}]}}""", 400, "InvalidRequest")]
    [InlineData("""{"backup":{"sources":[{"payload":{"name":"a"}}]}}""", 400, "InvalidRequest")]
    [InlineData("""{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}],"exlcude":[]}}""", 400, "InvalidRequest")]
    [InlineData("""{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}]},"check":{}}""", 400, "InvalidRequest")]
    [InlineData("""{"operation":"check","check":{"readDataSubset":"many"}}""", 400, "InvalidRequest")]
    [InlineData("""{"operation":"erase"}""", 400, "InvalidRequest")]
    [InlineData("{}", 400, "InvalidRequest")]
    [InlineData("null", 400, "InvalidRequest")]
    [InlineData("{", 400, "InvalidRequest")]
    [InlineData("", 400, "InvalidRequest")]
    public async Task A_request_that_makes_no_sense_or_reaches_outside_is_refused(string request, int status, string errorId)
    {
        await using RunningService service = await RunningService.StartAsync();
        Directory.CreateSymbolicLink(service.Folder.Combine("root/link"), "/etc");

        ServiceReply reply = await service.PostAsync("/v1/jobs", request.Replace("ROOT", service.Folder.Root, StringComparison.Ordinal));

        reply.ExpectProblem(status, errorId);
        Assert.Empty((await service.GetAsync("/v1/jobs")).Json.GetProperty("jobs").EnumerateArray());
    }

    [Fact]
    public async Task Nulls_are_refused_wherever_they_stand()
    {
        string[] requests =
        [
            """{"backup":{"sources":null}}""",
            """{"backup":{"sources":[null]}}""",
            """{"backup":{"sources":[{"payload":{"name":null,"text":"x"}}]}}""",
            """{"backup":{"tags":[null],"sources":[{"payload":{"name":"a","text":"x"}}]}}""",
            """{"backup":{"sources":[{"files":{"paths":null}}]}}""",
            """{"backup":{"sources":[{"files":{"paths":[null]}}]}}""",
            """{"backup":{"sources":[{"files":{"paths":["ROOT"],"exclude":[null]}}]}}""",
            """{"backup":{"sources":[{"files":{"paths":["ROOT"],"excludeIfPresent":[null]}}]}}""",
            """{"backup":{"sources":[{"state":{"store":"s","keys":[null]}}]}}""",
            """{"backup":{"sources":[{"configuration":{"store":null}}]}}""",
            """{"backup":{"sources":[{"configuration":{"store":"s","keys":[null]}}]}}""",
            """{"backup":{"sources":[{"payload":{"name":"a","text":"x"}}],"retention":{"keepLast":1,"keepTags":[null]}}}""",
            """{"restore":{"target":null}}""",
            """{"restore":{"target":"ROOT","snapshot":null}}""",
            """{"restore":{"target":"ROOT","include":[null]}}""",
            """{"restore":{"target":"ROOT","exclude":[null]}}""",
            """{"restore":{"target":"ROOT","paths":[null]}}""",
            """{"restore":{"state":{"store":"s","keys":[null]}}}""",
            """{"restore":{"target":"ROOT/f","configuration":{"store":"s","keys":[null]}}}""",
            """{"forget":{"keepLast":1,"hosts":[null]}}""",
            """{"forget":{"keepLast":1,"paths":null}}""",
        ];
        await using RunningService service = await RunningService.StartAsync();

        foreach (string request in requests)
        {
            ServiceReply reply = await service.PostAsync("/v1/jobs", request.Replace("ROOT", service.Folder.Root, StringComparison.Ordinal));

            Assert.True(reply.Status == 400, $"{request}: {reply.Text}");
            reply.ExpectProblem(400, "InvalidRequest");
        }

        Assert.Empty((await service.GetAsync("/v1/jobs")).Json.GetProperty("jobs").EnumerateArray());
    }

    [Fact]
    public async Task With_a_token_nobody_comes_in_without_it()
    {
        await using RunningService service = await RunningService.StartAsync(new Dictionary<string, string?> { ["Backup:Token"] = "t0ken" });

        ServiceReply none = await service.GetAsync("/v1/jobs");
        ServiceReply wrong = await service.PostAsync("/v1/jobs", "{}", ("Authorization", "Bearer t0keN"));
        ServiceReply empty = await service.PostAsync("/v1/jobs", "{}", ("dapr-api-token", ""));
        ServiceReply right = await service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("Authorization", "Bearer t0ken"));
        ServiceReply dapr = await service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("dapr-api-token", "t0ken"));
        ServiceReply health = await service.GetAsync("/healthz");

        none.ExpectProblem(401, "Unauthorized");
        wrong.ExpectProblem(401, "Unauthorized");
        empty.ExpectProblem(401, "Unauthorized");
        right.Expect(202);
        dapr.Expect(202);
        health.Expect(200);
    }

    [Fact]
    public async Task Web_pages_of_others_get_nothing()
    {
        await using RunningService service = await RunningService.StartAsync();
        string own = service.Service.Address.GetLeftPart(UriPartial.Authority);

        ServiceReply foreign = await service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("Origin", "https://evil.example"));
        ServiceReply same = await service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("Origin", own));
        ServiceReply rebound = await service.PostAsync("/v1/jobs", """{"operation":"check"}""", ("Host", "evil.example"));
        using var form = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = new StringContent("""{"operation":"check"}""", Encoding.UTF8, "text/plain") };
        ServiceReply plain = await service.SendAsync(form);

        foreign.ExpectProblem(403, "CrossOrigin");
        same.Expect(202);
        rebound.ExpectProblem(401, "Unauthorized");
        plain.ExpectProblem(415, "InvalidRequest");
    }

    [Fact]
    public async Task Requests_that_are_too_large_or_too_many_are_refused()
    {
        await using RunningService service = await RunningService.StartAsync(new Dictionary<string, string?>
        {
            ["Backup:MaxRequestBytes"] = "2000",
            ["Backup:MaxRequestsPerSecond"] = "1",
        });
        string large = $$$"""{"backup":{"sources":[{"payload":{"name":"a","text":"{{{new string('x', 5000)}}}"}}]}}""";

        ServiceReply tooLarge = await service.PostAsync("/v1/jobs", large);
        ServiceReply[] many = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => service.GetAsync("/v1/repositories")));

        tooLarge.ExpectProblem(413, "InvalidRequest");
        Assert.Contains(many, reply => reply.Status == 429);
        many.First(reply => reply.Status == 429).ExpectProblem(429, "TooManyRequests");
    }

    [Fact]
    public async Task Paths_that_are_not_there_are_problems_too()
    {
        await using RunningService service = await RunningService.StartAsync();

        (await service.GetAsync("/v2/jobs")).ExpectProblem(404, "NotFound");
        (await service.DeleteAsync("/v1/policies")).ExpectProblem(405, "MethodNotAllowed");
        (await service.GetAsync("/v1/repositories/none/snapshots")).ExpectProblem(404, "NotFound");
        (await service.GetAsync("/v1/repositories/main/snapshots/latest/items")).ExpectProblem(404, "SnapshotNotFound");
        (await service.GetAsync("/v1/repositories/main/snapshots/latest/content")).ExpectProblem(400, "InvalidRequest");
        (await service.GetAsync("/v1/repositories/main/snapshots/a:b/items")).ExpectProblem(400, "InvalidRequest");
    }

    [Theory]
    [InlineData("Backup:Listen", "http://0.0.0.0:0", "token")]
    [InlineData("Backup:Listen", "nonsense", "Listen")]
    [InlineData("Backup:Listen", "https://127.0.0.1:0", "TLS")]
    [InlineData("Backup:MaxRequestsPerSecond", "2000000000", "1000000")]
    [InlineData("Backup:Workers", "0", "Workers")]
    [InlineData("Backup:Workers", "many", "workers")]
    [InlineData("Backup:Wrokers", "2", "Wrokers")]
    [InlineData("Backup:Roots:0", "relative", "relative")]
    [InlineData("Backup:Repositories:main:Location", "", "Location")]
    [InlineData("Backup:Repositories:main:PasswordFile", "/pw", "one of")]
    [InlineData("Backup:Repositories:ma in:Location", "/x", "ma in")]
    [InlineData("Backup:Policies:p:Schedule", "61 * * * *", "policy")]
    [InlineData("Backup:Policies:p:Operation", "backup", "backup")]
    public async Task A_configuration_that_makes_no_sense_is_refused_with_its_place(string name, string value, string expected)
    {
        ConfigurationException exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => RunningService.StartAsync(new Dictionary<string, string?> { [name] = value }));

        Assert.Contains(expected, exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("a secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_is_what_the_configuration_says() => Assert.All([1, 2, 9, 10, 11, 15, 19, 20, 999, 1000, 1005, 1_000_000], wanted =>
    {
        TokenBucketRateLimiterOptions limit = RequestGuard.LimitOf(wanted);

        Assert.Equal(wanted, limit.TokensPerPeriod / limit.ReplenishmentPeriod.TotalSeconds, 0.01 * wanted);
        Assert.Equal(2 * wanted, limit.TokenLimit);
    });

    [Fact]
    public async Task A_changed_configuration_is_used_and_a_wrong_one_is_not()
    {
        using var folder = new TempFolder();
        string file = folder.WriteFile("config.json", """{"Backup":{"Policies":{"a":{"operation":"check"}}}}""");
        var place = new ServiceFolder(folder);
        await FolderRepository.CreateAsync(place.Repository, "p");
        var settings = new ServeSettings
        {
            ConfigurationFile = file,
            UseEnvironment = false,
            Environment = _ => null,
            Overrides = new Dictionary<string, string?>
            {
                ["Backup:Listen"] = "http://127.0.0.1:0",
                ["Backup:DataFolder"] = place.Data,
                ["Backup:Repositories:main:Location"] = place.Repository,
                ["Backup:Repositories:main:Password"] = "p",
                ["Logging:LogLevel:Default"] = "None",
            },
        };
        await using Service service = Service.Create(settings);

        string[] before = [.. service.Configuration.Current.Policies.Keys];
        folder.WriteFile("config.json", """{"Backup":{"Policies":{"b":{"operation":"check"}}}}""");
        service.Reload();
        string[] after = [.. service.Configuration.Current.Policies.Keys];
        folder.WriteFile("config.json", """{"Backup":{"Policies":{"c":{"operation":"erase"}}}}""");
        service.Reload();
        string[] wrong = [.. service.Configuration.Current.Policies.Keys];

        Assert.Equal(["a"], before);
        Assert.Equal(["b"], after);
        Assert.Equal(["b"], wrong);
    }
}
