using System.Text.RegularExpressions;

namespace Backup.TestKit;

/// <summary>restic's rest-server, or rclone in its place, for a folder.</summary>
public static partial class RestServer
{
    /// <summary>The environment variable with the path of restic's rest-server.</summary>
    public const string Variable = "BACKUP_REST_SERVER";

    private const string OnPath = "restic-rest-server";

    /// <summary>The program; null if it is not there.</summary>
    public static string? Program =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path && ExternalProgram.Exists(path) ? path
        : ExternalProgram.Exists(OnPath) ? OnPath
        : null;

    /// <summary>Starts restic's rest-server without authentication.</summary>
    public static Task<ServerProcess> StartAsync(string folder, params string[] arguments) =>
        StartWithUsersAsync(folder, ["--no-auth", .. arguments]);

    /// <summary>Starts restic's rest-server with what the arguments say about users.</summary>
    public static Task<ServerProcess> StartWithUsersAsync(string folder, params string[] arguments)
    {
        string program = Program ?? throw new FileNotFoundException($"{Variable} names no rest-server.");
        string[] listen = arguments.Contains("--listen") ? [] : ["--listen", "127.0.0.1:0"];
        return ServerProcess.StartAsync(ExternalProgram.Named(program), Started(), ["--path", folder, .. listen, .. arguments]);
    }

    /// <summary>Starts <c>rclone serve restic</c> for a folder or a remote.</summary>
    public static Task<ServerProcess> StartRcloneAsync(string remote, params string[] arguments)
    {
        ExternalProgram program = ExternalProgram.Named("rclone");
        program["RCLONE_CONFIG"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        return ServerProcess.StartAsync(program, Serving(), ["serve", "restic", "--addr", "127.0.0.1:0", .. arguments, remote]);
    }

    /// <summary>Starts <c>rclone serve webdav</c> for a folder.</summary>
    public static Task<ServerProcess> StartRcloneWebdavAsync(string folder)
    {
        ExternalProgram program = ExternalProgram.Named("rclone");
        program["RCLONE_CONFIG"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        return ServerProcess.StartAsync(program, ServingWebdav(), ["serve", "webdav", "--addr", "127.0.0.1:0", folder]);
    }

    [GeneratedRegex("WebDav Server started on.*http://([^/\\]]+)/")]
    private static partial Regex ServingWebdav();

    [GeneratedRegex("start server on (.+)$")]
    private static partial Regex Started();

    [GeneratedRegex("Serving restic REST API on https?://([^/]+)/")]
    private static partial Regex Serving();
}
