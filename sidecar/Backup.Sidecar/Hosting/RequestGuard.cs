using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Backup.Sidecar.Hosting;

/// <summary>
/// Lets in who may come in: by token, or, where there is none, from this machine only, and never from a web page of
/// another origin. Then not more than the limit.
/// </summary>
internal sealed class RequestGuard : IDisposable
{
    private static readonly string[] LocalNames = ["localhost", "127.0.0.1", "[::1]"];

    private readonly byte[][] _tokens;
    private readonly bool _isOpen;
    private readonly TokenBucketRateLimiter _limiter;

    /// <param name="options">The limits.</param>
    /// <param name="tokens">Any of these opens the door; none: no token is needed.</param>
    public RequestGuard(ServiceOptions options, IEnumerable<string> tokens)
    {
        _tokens = [.. tokens.Select(token => SHA256.HashData(Encoding.UTF8.GetBytes(token)))];
        _isOpen = options.AllowAnonymous;
        _limiter = new TokenBucketRateLimiter(LimitOf(options.MaxRequestsPerSecond));
    }

    /// <summary>A limit of so many requests a second on average, and twice as many at once.</summary>
    public static TokenBucketRateLimiterOptions LimitOf(int requestsPerSecond)
    {
        int atOnce = Math.Max(1, requestsPerSecond / 10); // about ten times a second
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = 2 * requestsPerSecond,
            TokensPerPeriod = atOnce,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)atOnce / requestsPerSecond),
            QueueLimit = 0,
        };
    }

    /// <summary>Lets the request through, or answers it.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (HealthEndpoints.Paths.Contains(context.Request.Path.Value ?? ""))
        {
            return next(context);
        }

        if (IsCrossOrigin(context.Request))
        {
            return context.WriteProblemAsync(
                StatusCodes.Status403Forbidden, "CrossOrigin", "Web pages of other origins can't use this service.");
        }

        if (_tokens.Length > 0 ? !HasToken(context.Request) : !_isOpen && !IsLocalName(context.Request.Host))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return context.WriteProblemAsync(
                StatusCodes.Status401Unauthorized, "Unauthorized", "Send the token: Authorization: Bearer TOKEN, or dapr-api-token.");
        }

        using RateLimitLease lease = _limiter.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "1";
            return context.WriteProblemAsync(
                StatusCodes.Status429TooManyRequests, "TooManyRequests", "There are too many requests. Ask again in a second.");
        }

        return next(context);
    }

    public void Dispose() => _limiter.Dispose();

    // Browsers send the header with everything that can change something; other clients don't.
    private static bool IsCrossOrigin(HttpRequest request) =>
        request.Headers.Origin.FirstOrDefault() is { } origin
        && (!Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) || uri.Authority != request.Host.Value);

    // A name that somebody else's DNS server leads to 127.0.0.1 does not count.
    private static bool IsLocalName(HostString host) =>
        LocalNames.Contains(host.Host) || (IPAddress.TryParse(host.Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private bool HasToken(HttpRequest request)
    {
        string? given = request.Headers["dapr-api-token"].FirstOrDefault();
        if (given is null && request.Headers.Authorization.FirstOrDefault() is { } authorization
            && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            given = authorization["Bearer ".Length..].Trim();
        }

        // Digests have one length, so the comparison tells nothing about the token's.
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(given ?? ""));
        bool isRight = false;
        foreach (byte[] token in _tokens)
        {
            isRight |= CryptographicOperations.FixedTimeEquals(digest, token);
        }

        return isRight && given is not null;
    }
}
