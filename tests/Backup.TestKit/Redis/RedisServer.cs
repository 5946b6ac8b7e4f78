using System.Text.RegularExpressions;

namespace Backup.TestKit.Redis;

/// <summary>A Redis of the test's own, which keeps nothing and listens at a socket in the test's folder.</summary>
public sealed partial class RedisServer : IDisposable
{
    private readonly TempFolder _folder = new();
    private ServerProcess? _process;

    private RedisServer()
    {
    }

    /// <summary>Where it listens.</summary>
    public string Socket => _folder.Combine("redis.sock");

    /// <summary>Starts one.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        try
        {
            server._process = await ServerProcess.StartAsync(
                ExternalProgram.Named("redis-server"),
                Ready(),
                "--port", "0", "--unixsocket", server.Socket, "--save", "", "--appendonly", "no", "--dir", server._folder.FullName);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process?.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex("(eady to accept connections)")]
    private static partial Regex Ready();
}
