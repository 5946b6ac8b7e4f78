using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Backup.Sidecar.Endpoints;

/// <summary>Reads requests' documents and writes replies.</summary>
internal static class Replies
{
    /// <summary>Reads the request's document.</summary>
    /// <exception cref="BadHttpRequestException">It is not JSON, or not such a document.</exception>
    public static async Task<T> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        // A browser sends other types across origins without asking us first.
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("Send JSON: content-type: application/json.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await context.ReadDocumentAsync(type);
        }
        catch (JsonException exception)
        {
            throw new RequestException(RequestException.Invalid, $"The request can't be understood: {exception.Message}");
        }
    }

    /// <summary>Reads the request's document, whatever it says that its content is.</summary>
    /// <remarks>All of it first, which the limit of requests bounds: read piece by piece, nulls come in where there may be none.</remarks>
    /// <exception cref="JsonException">It is not JSON, or not such a document.</exception>
    public static async Task<T> ReadDocumentAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), type) ?? throw new JsonException("There is no document.");
    }

    /// <summary>Writes a document.</summary>
    public static Task WriteAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Application.Json;
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    /// <summary>Writes an error.</summary>
    public static Task WriteProblemAsync(this HttpContext context, int status, string errorId, string detail)
    {
        var problem = new Problem
        {
            Status = status,
            Title = ReasonPhrases.GetReasonPhrase(status),
            Detail = detail,
            ErrorId = errorId,
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Application.ProblemJson;
        return JsonSerializer.SerializeAsync(context.Response.Body, problem, ServiceJson.Default.Problem, context.RequestAborted);
    }

    /// <summary>A part of the path.</summary>
    public static string Part(this HttpContext context, string name) =>
        context.Request.RouteValues[name] as string ?? throw new InvalidOperationException($"The route has no {name}.");

    /// <summary>A query parameter; null if it is absent or empty.</summary>
    public static string? Query(this HttpContext context, string name) =>
        context.Request.Query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;

    /// <summary>Whether a query parameter is <c>true</c>.</summary>
    public static bool QueryFlag(this HttpContext context, string name) => context.Query(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new RequestException(RequestException.Invalid, $"«{name}» is true or false."),
    };
}
