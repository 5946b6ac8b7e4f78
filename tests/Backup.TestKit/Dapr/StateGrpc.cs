using System.Globalization;
using System.Net;

namespace Backup.TestKit.Dapr;

/// <summary>The state API over gRPC, which leaves bytes alone.</summary>
internal sealed class StateGrpc(DaprDouble dapr)
{
    public WireBuilder? Handle(string method, WireMessage request)
    {
        string name = request.Text(1);
        switch (method)
        {
            case "GetState":
                return Row(new WireBuilder(), dapr.StateStore(name).Get(Key(name, request.Text(2))), data: 1, etag: 2, metadata: 3);
            case "GetBulkState":
                return Bulk(name, request);
            case "SaveState":
                StateChange[] changes = [.. request.Messages(2).Select(item => Change(name, item))];
                Guard($"failed saving state in state store {name}", () => dapr.StateStore(name).Save(changes));
                return new WireBuilder();
            case "DeleteState":
                StateChange removal = Options(new StateChange(Key(name, request.Text(2))) { IsDelete = true }, request.Message(3), request.Message(4));
                Guard($"failed deleting state with key {request.Text(2)}", () => dapr.StateStore(name).Change(removal));
                return new WireBuilder();
            case "DeleteBulkState":
                StateChange[] removals = [.. request.Messages(2).Select(item => Change(name, item) with { IsDelete = true })];
                Guard($"failed deleting state in state store {name}", () => dapr.StateStore(name).Save(removals));
                return new WireBuilder();
            case "ExecuteStateTransaction":
                dapr.StateStore(name).Execute([.. request.Messages(2).Select(operation => Operation(name, operation))]);
                return new WireBuilder();
            default:
                return null;
        }
    }

    public static int? Ttl(Dictionary<string, string> metadata) =>
        metadata.TryGetValue("ttlInSeconds", out string? text)
            ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int ttl)
                ? ttl
                : throw new DaprFaultException(HttpStatusCode.InternalServerError, GrpcCode.Internal, "ERR_STATE_SAVE", $"failed parsing ttlInSeconds {text}")
            : null;

    private WireBuilder Bulk(string name, WireMessage request)
    {
        StateStoreDouble store = dapr.StateStore(name);
        var answer = new WireBuilder();
        foreach (string key in request.Texts(2))
        {
            answer.Message(1, Row(new WireBuilder().Text(1, key), store.Get(Key(name, key)), data: 2, etag: 3, metadata: 5));
        }

        return answer;
    }

    private static WireBuilder Row(
        WireBuilder answer, (byte[] Value, string ETag, Dictionary<string, string> Metadata)? row, int data, int etag, int metadata) =>
        row is { } found
            ? answer.Bytes(data, found.Value).Text(etag, found.ETag).Map(metadata, found.Metadata)
            : answer;

    private StateChange Operation(string name, WireMessage operation)
    {
        string kind = operation.Text(1);
        WireMessage request = operation.Message(2) ?? new WireMessage([]);
        return kind is "upsert" or "delete"
            ? Change(name, request) with { IsDelete = kind == "delete" }
            : throw new DaprFaultException(
                HttpStatusCode.InternalServerError, GrpcCode.Unimplemented, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {kind} not supported");
    }

    private StateChange Change(string name, WireMessage item)
    {
        if (item.Text(1).Length == 0)
        {
            throw new DaprFaultException(HttpStatusCode.BadRequest, GrpcCode.InvalidArgument, "ERR_STATE_SAVE", "state key cannot be empty");
        }

        var change = new StateChange(Key(name, item.Text(1))) { Value = item.Bytes(2), Ttl = Ttl(item.Map(4)) };
        return Options(change, item.Message(3), item.Message(5));
    }

    private static StateChange Options(StateChange change, WireMessage? etag, WireMessage? options) => change with
    {
        ETag = etag?.Text(1),
        IsFirstWrite = options?.Number(1) == 1,
        IsLastWrite = options?.Number(1) == 2,
    };

    private string Key(string name, string key) => dapr.FullKey(dapr.StateStore(name), name, key);

    private static void Guard(string what, Action action)
    {
        try
        {
            action();
        }
        catch (StateETagException fault)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError, fault.IsMismatch ? GrpcCode.Aborted : GrpcCode.InvalidArgument, null, $"{what}: {fault.Message}");
        }
        catch (InvalidOperationException exception)
        {
            throw new DaprFaultException(HttpStatusCode.InternalServerError, GrpcCode.Internal, null, $"{what}: {exception.Message}");
        }
    }
}
