using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Backup.TestKit.Dapr;

/// <summary>daprd's HTTP API.</summary>
internal sealed class HttpApi(DaprDouble dapr) : IDisposable
{
    private readonly StateHttp _state = new(dapr);
    private readonly PublishHttp _publish = new(dapr);
    private readonly BindingCalls _bindings = new(dapr);
    private readonly ConfigurationHttp _configuration = new(dapr);
    private readonly SecretHttp _secrets = new(dapr);
    private readonly JobHttp _jobs = new(dapr);
    private readonly InvokeHttp _invoke = new(dapr);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _extended = new();

    public int ConfigurationSubscriptions => _configuration.Subscriptions;

    public async Task HandleAsync(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        byte[] body = await DaprDouble.ReadAsync(context.Request);
        FaultKind? fault = dapr.Faults.Take(target, body);
        if (await dapr.BeginAsync(context, fault))
        {
            return;
        }

        DaprReply reply;
        try
        {
            reply = fault == FaultKind.Error
                ? DaprReply.Of(new DaprFaultException(HttpStatusCode.InternalServerError, GrpcCode.Internal, "ERR_INTERNAL", "a fault that the test asked for"))
                : await HandleAsync(context, target, body);
        }
        catch (DaprFaultException failure)
        {
            reply = DaprReply.Of(failure);
        }

        if (fault == FaultKind.DropAfter)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, reply, isCut: fault == FaultKind.CutAnswer);
    }

    public void Dispose() => _configuration.Dispose();

    private async Task<DaprReply> HandleAsync(HttpContext context, string target, byte[] body)
    {
        RefuseIfTooLarge(context.Request, body);
        var request = new DaprRequest(context.Request.Method, target, context.Request.Headers, body);
        if (request.Segments is ["v1.0", "healthz", ..])
        {
            return Health(request);
        }

        Authorize(request.Headers);
        return request.Segments switch
        {
            ["v1.0", "state", .. string[] rest] => _state.Handle(request, rest),
            ["v1.0-alpha1", "state", string store, "query"] => _state.Query(store, request),
            ["v1.0", "publish", "bulk", ..] when dapr.Options.BulkPublishIsAlpha => throw DaprFaultException.NoSuchApi(),
            ["v1.0" or "v1.0-alpha1", "publish", .. string[] rest] => _publish.Handle(request, rest),
            ["v1.0", "bindings", .. string[] rest] => _bindings.Handle(request, rest),
            ["v1.0" or "v1.0-alpha1", "configuration", .. string[] rest] => _configuration.Handle(request, rest),
            ["v1.0", "secrets", .. string[] rest] => _secrets.Handle(request, rest),
            ["v1.0", "jobs", ..] when dapr.Options.JobsAreAlpha => throw DaprFaultException.NoSuchApi(),
            ["v1.0" or "v1.0-alpha1", "jobs", .. string[] rest] => _jobs.Handle(request, rest),
            ["v1.0", "invoke", .. string[] rest] => await _invoke.HandleAsync(request, rest, context.RequestAborted),
            ["v1.0", "metadata"] when request.Method == "GET" => DaprReply.Json(Metadata()),
            ["v1.0", "metadata", string key] when request.Method == "PUT" => Extend(key, request.Body),
            ["v1.0", "shutdown"] when request.Method == "POST" => ShutDown(),
            _ => throw DaprFaultException.NoSuchApi(),
        };
    }

    private DaprReply Health(DaprRequest request)
    {
        bool isOutbound = request.Segments is [_, _, "outbound"];
        if (request.Value("appid") is { Length: > 0 } appId && appId != dapr.Options.AppId)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError, GrpcCode.Internal, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match");
        }

        bool isReady = isOutbound ? dapr.IsOutboundReady : dapr.IsOutboundReady && dapr.App.Client is not null;
        return isReady
            ? DaprReply.Empty
            : DaprReply.Of(new DaprFaultException(
                HttpStatusCode.InternalServerError,
                GrpcCode.Internal,
                isOutbound ? "ERR_OUTBOUND_HEALTH_NOT_READY" : "ERR_HEALTH_NOT_READY",
                isOutbound ? "dapr outbound is not ready" : "dapr is not ready: [app grpc-api-server]"));
    }

    private void Authorize(IHeaderDictionary headers)
    {
        if (dapr.Options.ApiToken is { } token && headers["dapr-api-token"] != token)
        {
            throw DaprFaultException.NotAuthorized();
        }
    }

    private JsonObject Metadata() => new()
    {
        ["id"] = dapr.Options.AppId,
        ["runtimeVersion"] = dapr.Options.RuntimeVersion,
        ["components"] = new JsonArray([.. dapr.Components().Select(JsonNode (component) => new JsonObject
        {
            ["name"] = component.Name,
            ["type"] = component.Type,
            ["version"] = "v1",
            ["capabilities"] = new JsonArray([.. component.Capabilities.Select(JsonNode (capability) => capability)]),
        })]),
        ["subscriptions"] = new JsonArray([.. dapr.Subscriptions.Select(JsonNode (subscription) => new JsonObject
        {
            ["pubsubname"] = subscription.PubSubName,
            ["topic"] = subscription.Topic,
            ["deadLetterTopic"] = subscription.DeadLetterTopic,
        })]),
        ["extended"] = new JsonObject([
            KeyValuePair.Create<string, JsonNode?>("daprRuntimeVersion", dapr.Options.RuntimeVersion),
            .. _extended.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)),
        ]),
    };

    private DaprReply Extend(string key, byte[] value)
    {
        _extended[key] = System.Text.Encoding.UTF8.GetString(value);
        return DaprReply.Empty;
    }

    /// <summary>Deliveries stop; with a shutdown that is blocked, the APIs go on until the test disposes the double.</summary>
    private DaprReply ShutDown()
    {
        dapr.StopDelivering();
        return DaprReply.Empty;
    }

    /// <summary>Bodies that are too large are an error of reading, which each API words in its own way.</summary>
    private void RefuseIfTooLarge(HttpRequest request, byte[] body)
    {
        if (body.Length <= dapr.Options.MaxBodySize)
        {
            return;
        }

        throw request.Path.StartsWithSegments("/v1.0/publish")
            ? new DaprFaultException(HttpStatusCode.InternalServerError, GrpcCode.Internal, "ERR_PUBSUB_PUBLISH_MESSAGE", "error when publishing to topic: stream too large")
            : DaprFaultException.Malformed("failed deserializing HTTP body: stream too large");
    }

    private static async Task WriteAsync(HttpContext context, DaprReply reply, bool isCut)
    {
        context.Response.StatusCode = (int)reply.Status;
        foreach ((string name, string value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (reply.Body is null)
        {
            return;
        }

        context.Response.ContentType = reply.ContentType;
        context.Response.ContentLength = reply.Body.Length;
        if (isCut)
        {
            await context.Response.Body.WriteAsync(reply.Body.AsMemory(0, reply.Body.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(reply.Body);
    }
}
