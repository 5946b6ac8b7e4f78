using System.Net;
using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>The secrets API.</summary>
internal sealed class SecretHttp(DaprDouble dapr)
{
    public DaprReply Handle(DaprRequest request, string[] rest)
    {
        if (request.Method != "GET" || rest.Length != 2)
        {
            throw DaprFaultException.NoSuchApi();
        }

        if (dapr.SecretStores.Count == 0)
        {
            throw new DaprFaultException(
                HttpStatusCode.InternalServerError, GrpcCode.FailedPrecondition, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured");
        }

        SecretStoreDouble store = dapr.SecretStores.GetValueOrDefault(rest[0]) ?? throw new DaprFaultException(
            HttpStatusCode.Unauthorized, GrpcCode.InvalidArgument, "ERR_SECRET_STORE_NOT_FOUND", $"failed finding secret store with key {rest[0]}");
        if (rest[1] == "bulk")
        {
            var all = new JsonObject();
            foreach ((string name, Dictionary<string, string> parts) in store.Secrets.Where(secret => !store.Denied.Contains(secret.Key)))
            {
                all[name] = Parts(parts);
            }

            return DaprReply.Json(all);
        }

        if (store.Denied.Contains(rest[1]))
        {
            throw new DaprFaultException(
                HttpStatusCode.Forbidden, GrpcCode.PermissionDenied, "ERR_PERMISSION_DENIED", $"access denied by policy to get \"{rest[1]}\" from \"{rest[0]}\"");
        }

        return store.Secrets.TryGetValue(rest[1], out Dictionary<string, string>? secret)
            ? DaprReply.Json(Parts(secret))
            : store.IsSilentWhenMissing ? DaprReply.Empty : throw new DaprFaultException(
                HttpStatusCode.InternalServerError,
                GrpcCode.Internal,
                "ERR_SECRET_GET",
                $"failed getting secret with key {rest[1]} from secret store {rest[0]}: secret {rest[1]} not found");
    }

    private static JsonObject Parts(Dictionary<string, string> parts)
    {
        var answer = new JsonObject();
        foreach ((string name, string value) in parts)
        {
            answer[name] = value;
        }

        return answer;
    }
}
