using Microsoft.AspNetCore.Http;

namespace Backup.Sidecar.Dapr.Doors;

/// <summary>What daprd is told about a message it brought.</summary>
internal static class DeliveryReply
{
    /// <summary>It is in the journal: done.</summary>
    public static Task SuccessAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "SUCCESS");

    /// <summary>It will never be understood: it goes to the dead letter topic.</summary>
    public static Task DropAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "DROP");

    /// <summary>It can't be taken now: it should come again.</summary>
    public static Task RetryAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "RETRY");

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"status":"{{text}}"}""", context.RequestAborted);
    }
}
