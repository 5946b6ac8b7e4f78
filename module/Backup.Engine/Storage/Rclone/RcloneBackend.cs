using System.Collections.Concurrent;
using System.Net;
using Backup.Engine.Storage.Rest;

namespace Backup.Engine.Storage.Rclone;

/// <summary>
/// Keeps a repository wherever rclone can: runs <c>rclone serve restic --stdio</c> and speaks the REST protocol over
/// HTTP/2 with it. An rclone that ends is started again with the next request.
/// </summary>
internal sealed class RcloneBackend : BackendDecorator
{
    private const int WindowInBytes = 16 * 1024 * 1024;

    private readonly Processes _processes;

    private RcloneBackend(RestBackend rest, Processes processes)
        : base(rest) => _processes = processes;

    /// <summary>Opens a location. rclone is started by the first request.</summary>
    /// <param name="remote">What stands behind <c>rclone:</c>.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="ArgumentException">A setting can't be understood.</exception>
    public static RcloneBackend Open(string remote, RepositoryOptions options)
    {
        ConnectionOptions connection = options.Connection;
        int connections = BackendSettings.Connections(connection, "rclone.connections");
        TimeSpan patience = BackendSettings.Duration(connection, "rclone.timeout", TimeSpan.FromMinutes(1));
        var processes = new Processes(RcloneCommand.Of(remote, connection), options);
        var address = new RestAddress { Root = new Uri("http://localhost/"), Display = RcloneRemote.DisplayOf(remote) };
        var transport = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            InitialHttp2StreamWindowSize = WindowInBytes,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan, // it would end rclone
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            ConnectCallback = (_, _) => ValueTask.FromResult(processes.Start()),
        };
        var requests = new RestRequests(address, transport, "rclone:" + address.Display, options.Time)
        {
            HttpVersion = HttpVersion.Version20,
            IsRclone = true,
            FirstPatience = patience,
        };
        return new RcloneBackend(new RestBackend(address, requests, connections), processes);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await _processes.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Starts a process for each connection, one after the other, and ends them all.</summary>
    private sealed class Processes(RcloneCommand command, RepositoryOptions options) : IAsyncDisposable
    {
        private readonly ConcurrentBag<RcloneProcess> _started = [];
        private readonly Bandwidth? _upload = Bandwidth.Of(options.Connection.UploadBytesPerSecond, options.Time);
        private readonly Bandwidth? _download = Bandwidth.Of(options.Connection.DownloadBytesPerSecond, options.Time);
        private volatile bool _hasAnswered;

        public Stream Start()
        {
            var process = new RcloneProcess(command, options.Warn);
            _started.Add(process);
            return PacedStream.Of(new RcloneStream(process, () => _hasAnswered = true, () => _hasAnswered), _upload, _download);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (RcloneProcess process in _started)
            {
                await process.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
