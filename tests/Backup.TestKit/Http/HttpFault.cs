namespace Backup.TestKit.Http;

/// <summary>What can go wrong between a client and a server.</summary>
public enum HttpFault
{
    /// <summary>The request is lost.</summary>
    DropRequest,

    /// <summary>The server does what it should, but its answer is lost.</summary>
    DropAnswer,

    /// <summary>The answer is cut off in its middle.</summary>
    TruncateAnswer,

    /// <summary>The request reaches the server twice, and the second answer is given.</summary>
    RepeatRequest,

    /// <summary>Too many requests: come back in a second.</summary>
    TooMany,

    /// <summary>An error of the server.</summary>
    ServerError,

    /// <summary>The server is not available.</summary>
    Unavailable,

    /// <summary>The answer is late.</summary>
    Delay,

    /// <summary>The server has no room left. Nobody tries that again, so it is not among those that a proxy chooses by itself.</summary>
    Full,
}
