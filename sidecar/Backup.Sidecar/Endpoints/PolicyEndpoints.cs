using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backup.Sidecar.Endpoints;

/// <summary>Looking at policies, and running them.</summary>
internal sealed class PolicyEndpoints(JobBook book, ServiceConfiguration configuration, PolicySchedule schedule)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/policies", ListAsync);
        routes.MapPost("/v1/policies/{name}/run", RunAsync);
    }

    private async Task ListAsync(HttpContext context)
    {
        var policies = new List<PolicyDescription>();
        foreach ((string name, Policy policy) in configuration.Current.Policies.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            IReadOnlyList<BackupJob> last = await book.ListAsync(new JobFilter { Policy = name, Limit = 1 }, context.RequestAborted);
            policies.Add(new PolicyDescription
            {
                Name = name,
                Schedule = policy.Schedule,
                TimeZone = policy.TimeZone,
                Next = schedule.NextOf(policy),
                Request = policy.ToRequest().WithoutContent(),
                LastJob = last.Count > 0 ? last[0].WithoutContent() : null,
            });
        }

        await context.WriteAsync(new PolicyList(policies), ServiceJson.Default.PolicyList);
    }

    private Task RunAsync(HttpContext context) =>
        JobEndpoints.AcceptAsync(context, book, new JobRequest { Policy = context.Part("name") });
}
