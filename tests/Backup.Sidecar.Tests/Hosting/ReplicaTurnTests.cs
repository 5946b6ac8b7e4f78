using System.Text.Json;
using Backup.Sidecar.Dapr;
using Backup.Sidecar.Dapr.Replicas;
using Backup.Sidecar.Jobs;
using Microsoft.AspNetCore.Http;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>What only one job at a time may have, whichever replica it runs on: a repository for itself, an application that holds still.</summary>
public sealed class ReplicaTurnTests
{
    private const string Quiesce = "POST /backup/quiesce";
    private const string Resume = "POST /backup/resume";
    private const string Export = """{"export":{"application":"shop"}}""";

    private readonly SharedState _shared = new();

    [Fact]
    public async Task Jobs_that_need_a_repository_for_themselves_take_turns_across_replicas()
    {
        var executor = new WaitingExecutor();
        await using DaprService one = await _shared.StartAsync(executor);
        await using DaprService two = await _shared.StartAsync(executor);
        string first = await SharedState.AcceptAsync(one, "a");
        string second = await SharedState.AcceptAsync(two, "b");
        await executor.WhenBegunAsync();
        await executor.WhenBegunAsync();
        BackupJob job = await one.Service.Book.FindAsync(first, CancellationToken.None);
        BackupJob otherJob = await two.Service.Book.FindAsync(second, CancellationToken.None);

        bool isOver = false;
        IAsyncDisposable turn = await one.Part<StateClaims>().TakeTurnAsync(job, CancellationToken.None);
        Task<bool> waiting = WaitAsync();
        isOver = true;
        await turn.DisposeAsync();
        bool wasOver = await waiting;

        // One whose job ended keeps nobody waiting, whether it was given back or not.
        (await two.Service.DeleteAsync($"/v1/jobs/{second}")).Expect(202);
        await (await one.Part<StateClaims>().TakeTurnAsync(job, CancellationToken.None)).DisposeAsync();

        Assert.True(wasOver);
        await Assert.ThrowsAsync<DaprException>(() => two.Part<StateClaims>().TakeTurnAsync(otherJob, CancellationToken.None));
        executor.Permit(1);

        async Task<bool> WaitAsync()
        {
            _ = await two.Part<StateClaims>().TakeTurnAsync(otherJob, CancellationToken.None);
            return isOver;
        }
    }

    [Fact]
    public async Task What_a_replica_quiesced_that_stopped_the_one_resumes_that_takes_its_job_over()
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        application.StallAt("/backup/export", begun);
        Func<HttpContext, Task<bool>> stall = application.Answer;
        application.Answer = async context =>
        {
            context.Response.StatusCode = 503; // what one asks it to resume
            return context.Request.Path == "/backup/resume" || await stall(context);
        };
        DaprService one = await _shared.StartAsync(null, WithShop(application));
        string id = (await one.Service.PostAsync("/v1/jobs", Offline(Export))).Expect(202).Json.GetProperty("id").GetString() ?? "";
        await begun.Task;

        await one.DisposeAsync();
        application.Answer = _ => Task.FromResult(false);
        application.Calls.Clear();
        await using DaprService two = await _shared.StartAsync(null, WithShop(application));
        await DaprService.UntilAsync(() => application.Calls.Count(call => call == Resume) == 2);

        Assert.Equal([Resume, Quiesce, "GET /backup/export", Resume], application.Calls);
        Assert.Equal(id, (await two.Service.EndOfAsync(id)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_application_holds_still_for_one_job_at_a_time_across_replicas()
    {
        await using SampleApplication application = await SampleApplication.StartAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        application.Answer = async context =>
        {
            if (context.Request.Path == "/backup/export" && begun.TrySetResult())
            {
                await goOn.Task;
            }

            return false;
        };
        await using DaprService one = await _shared.StartAsync(null, WithShop(application));
        await using DaprService two = await _shared.StartAsync(null, WithShop(application));
        string first = (await one.Service.PostAsync("/v1/jobs", Offline(Export))).Expect(202).Json.GetProperty("id").GetString() ?? "";
        await begun.Task;
        string second = (await two.Service.PostAsync("/v1/jobs", Offline("""{"payload":{"name":"a","text":"x"}}"""))).Expect(202).Json.GetProperty("id").GetString() ?? "";
        await DaprService.UntilAsync(() => two.Service.Book.Active(second).Job.Progress is not null);

        goOn.SetResult();
        JsonElement[] ends = [await one.Service.EndOfAsync(first), await two.Service.EndOfAsync(second)];

        Assert.All(ends, end => Assert.Equal("succeeded", end.GetProperty("state").GetString()));
        Assert.Equal([Quiesce, "GET /backup/export", Resume, Quiesce, Resume], application.Calls);
    }

    private static Dictionary<string, string?> WithShop(SampleApplication application) => new(SharedState.Settings)
    {
        ["Backup:Dapr:LeaseTime"] = "12s", // on a busy machine, too, nobody is thought dead here
        ["Backup:GracePeriod"] = "0s",
        ["Backup:Applications:shop:Url"] = application.Url,
    };

    private static string Offline(string source) => $$$"""{"backup":{"sources":[{{{source}}}],"method":"offline","application":"shop"}}""";
}
