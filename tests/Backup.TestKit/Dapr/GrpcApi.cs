using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Backup.TestKit.Dapr;

/// <summary>daprd's gRPC API: unary calls, one frame each way.</summary>
internal sealed class GrpcApi(DaprDouble dapr)
{
    private const string Service = "/dapr.proto.runtime.v1.Dapr/";
    private const int PrefixLength = 5;

    private readonly StateGrpc _state = new(dapr);
    private readonly BindingCalls _bindings = new(dapr);
    private readonly PublishHttp _publish = new(dapr);
    private readonly JobHttp _jobs = new(dapr);

    public async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path;
        byte[] frame = await DaprDouble.ReadAsync(context.Request);
        FaultKind? fault = dapr.Faults.Take(path, frame);
        if (await dapr.BeginAsync(context, fault))
        {
            return;
        }

        byte[] answer;
        try
        {
            answer = fault == FaultKind.Error
                ? throw new DaprFaultException(HttpStatusCode.InternalServerError, GrpcCode.Unavailable, null, "a fault that the test asked for")
                : Handle(context.Request, path, frame);
        }
        catch (DaprFaultException failure)
        {
            Fail(context, failure);
            return;
        }

        if (fault == FaultKind.DropAfter)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, answer, isCut: fault == FaultKind.CutAnswer);
    }

    private byte[] Handle(HttpRequest request, string path, byte[] frame)
    {
        if (request.Method != "POST" || request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true
            || request.Headers.TE != "trailers")
        {
            throw new DaprFaultException(HttpStatusCode.UnsupportedMediaType, GrpcCode.Internal, null, "not a gRPC request");
        }

        if (dapr.Options.ApiToken is { } token && request.Headers["dapr-api-token"] != token)
        {
            throw DaprFaultException.NotAuthorized();
        }

        byte[] message = Unframe(frame);
        WireMessage wire;
        try
        {
            wire = new WireMessage(message);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException exception)
        {
            throw new DaprFaultException(HttpStatusCode.BadRequest, GrpcCode.Internal, null, "grpc: error unmarshalling request: " + exception.Message);
        }

        string method = path.StartsWith(Service, StringComparison.Ordinal) ? path[Service.Length..] : "";
        WireBuilder answer = Dispatch(method, wire, request.Headers) ?? throw new DaprFaultException(
            HttpStatusCode.NotImplemented, GrpcCode.Unimplemented, null, $"unknown method {method} for service dapr.proto.runtime.v1.Dapr");
        byte[] bytes = answer.ToArray();
        return bytes.Length <= dapr.Options.MaxBodySize
            ? bytes
            : throw new DaprFaultException(
                HttpStatusCode.OK,
                GrpcCode.ResourceExhausted,
                null,
                $"grpc: trying to send message larger than max ({bytes.Length} vs. {dapr.Options.MaxBodySize})");
    }

    private WireBuilder? Dispatch(string method, WireMessage request, IHeaderDictionary headers)
    {
        switch (method)
        {
            case "InvokeBinding":
                return _bindings.Handle(request, headers);
            case "PublishEvent":
                _publish.Publish(
                    request.Text(1), request.Text(2), request.Bytes(3), request.Text(4), request.Map(5), headers.TraceParent, headers.TraceState);
                return new WireBuilder();
            case "GetMetadata":
                return Metadata();
            case "ScheduleJob" or "GetJob" or "DeleteJob" or "ListJobs" when dapr.Options.JobsAreAlpha:
                return null;
            default:
                return _state.Handle(method, request) ?? _jobs.Grpc(method.Replace("Alpha1", "", StringComparison.Ordinal), request);
        }
    }

    private WireBuilder Metadata()
    {
        WireBuilder answer = new WireBuilder().Text(1, dapr.Options.AppId);
        foreach ((string name, string type, IReadOnlyList<string> capabilities) in dapr.Components())
        {
            WireBuilder component = new WireBuilder().Text(1, name).Text(2, type).Text(3, "v1");
            capabilities.ToList().ForEach(capability => component.Text(4, capability));
            answer.Message(3, component);
        }

        return answer;
    }

    private byte[] Unframe(byte[] frame)
    {
        if (frame.Length < PrefixLength || BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(1)) != (uint)(frame.Length - PrefixLength))
        {
            throw new DaprFaultException(HttpStatusCode.OK, GrpcCode.Internal, null, "unexpected EOF");
        }

        if (frame[0] != 0)
        {
            throw new DaprFaultException(HttpStatusCode.OK, GrpcCode.Unimplemented, null, "grpc: Decompressor is not installed");
        }

        return frame.Length - PrefixLength <= dapr.Options.MaxBodySize
            ? frame[PrefixLength..]
            : throw new DaprFaultException(
                HttpStatusCode.OK,
                GrpcCode.ResourceExhausted,
                null,
                $"grpc: received message larger than max ({frame.Length - PrefixLength} vs. {dapr.Options.MaxBodySize})");
    }

    /// <summary>An error is nothing but headers: the status is there, and there is no body.</summary>
    private static void Fail(HttpContext context, DaprFaultException fault)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = fault.Grpc.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(fault.Message);
    }

    private static async Task WriteAsync(HttpContext context, byte[] message, bool isCut)
    {
        byte[] frame = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, PrefixLength);
        context.Response.ContentType = "application/grpc";
        IHttpResponseTrailersFeature trailers = context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>();
        if (isCut)
        {
            await context.Response.Body.WriteAsync(frame.AsMemory(0, frame.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(frame);
        trailers.Trailers["grpc-status"] = "0";
    }
}
