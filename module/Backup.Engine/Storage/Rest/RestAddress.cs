using System.Net.Http.Headers;
using System.Text;

namespace Backup.Engine.Storage.Rest;

/// <summary>Where a server of restic's REST protocol is, and who asks it.</summary>
internal sealed record RestAddress
{
    private const string Unix = "+unix";
    private const string SchemeEnd = "://";

    /// <summary>The address of the repository on the server, with a slash at its end and without user name and password.</summary>
    public required Uri Root { get; init; }

    /// <summary>The path of the Unix socket that leads to the server; null: the network.</summary>
    public string? Socket { get; init; }

    /// <summary>Who asks; null: anybody.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>The address as people write it, without user name and password.</summary>
    public required string Display { get; init; }

    /// <summary>Whether the server is on this machine.</summary>
    public bool IsOnThisMachine => Socket is not null || Root.IsLoopback;

    /// <summary>Reads what stands behind <c>rest:</c>.</summary>
    /// <param name="place"><c>https://user:password@host:8000/path/</c>, or <c>http+unix:///path.sock:/path/</c>.</param>
    /// <param name="connection">Has user name and password where the address has none.</param>
    /// <exception cref="ArgumentException">It can't be understood. The message repeats nothing of it.</exception>
    public static RestAddress Parse(string place, ConnectionOptions connection)
    {
        int end = place.IndexOf(SchemeEnd, StringComparison.Ordinal);
        string scheme = end < 0 ? "" : place[..end].ToLowerInvariant();
        if (scheme is not ("http" or "https" or "http" + Unix or "https" + Unix))
        {
            throw new ArgumentException("A REST server's location begins with rest:http://, rest:https:// or rest:http+unix:///.", nameof(place));
        }

        string rest = place[(end + SchemeEnd.Length)..];
        return scheme.EndsWith(Unix, StringComparison.Ordinal)
            ? OfSocket(scheme[..^Unix.Length], rest, connection)
            : OfServer(scheme, rest, connection);
    }

    /// <summary>What may be shown of an address, be it a wrong one.</summary>
    public static string DisplayOf(string place)
    {
        try
        {
            return Parse(place, new ConnectionOptions()).Display;
        }
        catch (ArgumentException)
        {
            return "…"; // who knows which part of it is the password
        }
    }

    private static RestAddress OfServer(string scheme, string rest, ConnectionOptions connection)
    {
        // A # or ? in a password that is not encoded would make a part of it the server's name.
        if (!Uri.TryCreate($"{scheme}{SchemeEnd}{rest}", UriKind.Absolute, out Uri? uri)
            || uri.Host.Length == 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new ArgumentException(
                "The REST server's location can't be understood. Write rest:https://host:8000/path/; in a user name and password "
                    + "write the characters @ : / ? # % as %40 %3A %2F %3F %23 %25, or give them by BACKUP_REST_USERNAME and BACKUP_REST_PASSWORD.",
                nameof(rest));
        }

        var root = new Uri(WithSlash(uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)));
        return new RestAddress
        {
            Root = root,
            Authorization = AuthorizationOf(uri.UserInfo, connection),
            Display = root.AbsoluteUri,
        };
    }

    private static RestAddress OfSocket(string scheme, string rest, ConnectionOptions connection)
    {
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        int colon = rest.IndexOf(':', Math.Max(0, slash));
        string user = slash > 0 && rest[slash - 1] == '@' ? rest[..(slash - 1)] : "";
        if (slash < 0 || (slash > 0 && user.Length == 0))
        {
            throw new ArgumentException("Write a socket's path and the repository's path on the server: rest:http+unix:///path.sock:/path/.", nameof(rest));
        }

        string socket = colon < 0 ? rest[slash..].TrimEnd('/') : rest[slash..colon];
        string path = colon < 0 ? "/" : rest[(colon + 1)..];
        var root = new Uri(WithSlash($"{scheme}{SchemeEnd}localhost/{path.TrimStart('/')}"));
        return new RestAddress
        {
            Root = root,
            Socket = Uri.UnescapeDataString(socket),
            Authorization = AuthorizationOf(user, connection),
            Display = $"{scheme}{Unix}{SchemeEnd}{socket}:{root.AbsolutePath}",
        };
    }

    private static string WithSlash(string address) => address.EndsWith('/') ? address : address + "/";

    private static AuthenticationHeaderValue? AuthorizationOf(string userInfo, ConnectionOptions connection)
    {
        int colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        (string? user, string? password) = userInfo.Length == 0 ? (connection.UserName, connection.Password)
            : colon < 0 ? (Uri.UnescapeDataString(userInfo), "")
            : (Uri.UnescapeDataString(userInfo[..colon]), Uri.UnescapeDataString(userInfo[(colon + 1)..]));
        return user is null && password is null
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }
}
