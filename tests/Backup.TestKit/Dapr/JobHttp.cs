using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>The jobs API.</summary>
internal sealed class JobHttp(DaprDouble dapr)
{
    private const string ValueType = "type.googleapis.com/google.protobuf.Value";

    public DaprReply Handle(DaprRequest request, string[] rest)
    {
        if (rest is not [string name])
        {
            throw DaprFaultException.NoSuchApi();
        }

        switch (request.Method)
        {
            case "POST":
                Schedule(name, request.Body);
                return DaprReply.Empty;
            case "DELETE":
                dapr.Scheduler.Delete(dapr.JobScope, name);
                return DaprReply.Empty;
            case "GET":
                return DaprReply.Json(Write(dapr.Scheduler.Get(dapr.JobScope, name)));
            default:
                throw DaprFaultException.NoSuchApi();
        }
    }

    public WireBuilder? Grpc(string method, WireMessage request)
    {
        switch (method)
        {
            case "ScheduleJob" when request.Message(1) is { } job:
                var fields = new JsonObject();
                foreach ((int field, string name) in new[] { (2, "schedule"), (4, "dueTime"), (5, "ttl") })
                {
                    if (job.Has(field))
                    {
                        fields[name] = job.Text(field);
                    }
                }

                if (job.Has(3))
                {
                    fields["repeats"] = (int)job.Number(3);
                }

                dapr.Scheduler.Schedule(
                    dapr.JobScope, job.Text(1), fields, job.Message(6)?.Bytes(2) ?? [], null, request.Number(2) == 1);
                return new WireBuilder();
            case "DeleteJob":
                dapr.Scheduler.Delete(dapr.JobScope, request.Text(1));
                return new WireBuilder();
            case "GetJob":
                SchedulerJob found = dapr.Scheduler.Get(dapr.JobScope, request.Text(1));
                return new WireBuilder().Message(1, new WireBuilder().Text(1, found.Name).Text(2, found.Schedule).Text(4, found.DueTime).Text(5, found.Ttl));
            case "ListJobs":
                var all = new WireBuilder();
                dapr.Scheduler.Jobs.ToList().ForEach(name => all.Message(1, new WireBuilder().Text(1, name)));
                return all;
            default:
                return null;
        }
    }

    private void Schedule(string name, byte[] body)
    {
        JsonObject request;
        try
        {
            request = JsonNode.Parse(body) as JsonObject ?? throw new JsonException("not an object");
        }
        catch (JsonException exception)
        {
            throw DaprFaultException.Malformed("failed deserializing HTTP body: " + exception.Message);
        }

        if (request.ContainsKey("name"))
        {
            throw new DaprFaultException(System.Net.HttpStatusCode.BadRequest, GrpcCode.InvalidArgument, "DAPR_SCHEDULER_JOB_NAME", "Set the job name in the url only");
        }

        JsonNode? data = request["data"];
        byte[] bytes = [];
        if (data is not null)
        {
            using JsonDocument document = JsonDocument.Parse(data.ToJsonString());
            bytes = GoJson.Encode(document.RootElement);
        }

        dapr.Scheduler.Schedule(
            dapr.JobScope,
            name,
            request,
            bytes,
            data is null ? null : new JsonObject { ["@type"] = ValueType, ["value"] = data.DeepClone() },
            request["overwrite"]?.GetValue<bool>() == true);
    }

    private static JsonObject Write(SchedulerJob job)
    {
        var answer = new JsonObject { ["name"] = job.Name };
        foreach ((string name, JsonNode? value) in new (string, JsonNode?)[]
        {
            ("schedule", job.Schedule), ("dueTime", job.DueTime), ("ttl", job.Ttl), ("repeats", job.Repeats),
            ("data", job.DataNode?.DeepClone()), ("failurePolicy", job.FailurePolicy?.DeepClone()),
        })
        {
            if (value is not null)
            {
                answer[name] = value;
            }
        }

        return answer;
    }
}
