using System.Net;
using System.Runtime.CompilerServices;

namespace Backup.Engine.Storage.Rest;

/// <summary>Keeps a repository on a server that speaks restic's REST protocol: rest-server, <c>rclone serve restic</c> and others.</summary>
/// <remarks>Protocol: restic's documentation, «REST Backend».</remarks>
internal sealed class RestBackend : IBackend
{
    private readonly RestAddress _address;
    private readonly RestRequests _requests;
    private readonly RestFolders _folders;
    private volatile bool _asksFirst;

    /// <summary>A backend on a server. Nothing is connected yet.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="requests">The way there; disposed with the backend.</param>
    /// <param name="connections">How many requests at once make sense.</param>
    public RestBackend(RestAddress address, RestRequests requests, int connections)
    {
        _address = address;
        _requests = requests;
        _folders = new RestFolders(address, requests, this);
        Connections = connections;
    }

    /// <inheritdoc/>
    public string Location => _requests.Location;

    /// <inheritdoc/>
    public int Connections { get; }

    /// <summary>Opens a location.</summary>
    /// <param name="place">What stands behind <c>rest:</c>.</param>
    /// <param name="options">How to get there.</param>
    /// <exception cref="ArgumentException">The location or an option can't be understood.</exception>
    public static RestBackend Open(string place, RepositoryOptions options)
    {
        RestAddress address = RestAddress.Parse(place, options.Connection);
        int connections = BackendSettings.Connections(options.Connection, "rest.connections");
        SocketsHttpHandler transport = RestTransport.Create(address, options.Connection, options.Time);
        return new RestBackend(address, new RestRequests(address, transport, "rest:" + address.Display, options.Time), connections);
    }

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken)
    {
        var call = new RestCall(HttpMethod.Post, new Uri(_address.Root, "?create=true"), "created", "folders");
        return SendAsync(call, _ => false, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task SaveAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // rclone overwrites without asking; and a config file is not named by its content, so nobody may get it wrong.
        if ((file.Kind == FileKind.Config || _requests.IsRclone)
            && await TryGetSizeAsync(file, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw BackendErrors.Exists(file, Location);
        }

        if (!await TryUploadAsync(file, content, cancellationToken).ConfigureAwait(false))
        {
            throw await TryGetSizeAsync(file, cancellationToken).ConfigureAwait(false) is not null
                ? BackendErrors.Exists(file, Location)
                : new BackendAccessDeniedException(
                    $"The file {file} of the repository {Location} can't be saved: the server refuses it. May this user write there?");
        }
    }

    /// <inheritdoc/>
    public Task<byte[]> LoadAsync(FileHandle file, int maxLength, CancellationToken cancellationToken)
    {
        RestCall call = Call(HttpMethod.Get, file, "read");
        return _requests.SendAsync(
            call,
            (response, guard) => response.IsSuccessStatusCode
                ? RestBody.ReadAllAsync(response, file, maxLength, guard)
                : throw Refused(call, file, response),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task LoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (destination.Length > 0 && offset <= long.MaxValue - destination.Length
            && await TryLoadRangeAsync(file, offset, destination, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        long size = await GetSizeAsync(file, cancellationToken).ConfigureAwait(false);
        BackendErrors.ThrowIfRangeOutside(file, size, offset, destination.Length);
        if (destination.Length > 0)
        {
            throw new BackendException(
                $"The server of {Location} does not give a part of the file {file} that is there.", isTransient: true);
        }
    }

    /// <inheritdoc/>
    public async Task<long> GetSizeAsync(FileHandle file, CancellationToken cancellationToken) =>
        await TryGetSizeAsync(file, cancellationToken).ConfigureAwait(false) ?? throw BackendErrors.NotFound(file, Location);

    /// <summary>The file's size in bytes; null if there is no such file.</summary>
    public Task<long?> TryGetSizeAsync(FileHandle file, CancellationToken cancellationToken)
    {
        RestCall call = Call(HttpMethod.Head, file, "looked at");
        return _requests.SendAsync(
            call,
            (response, _) => Task.FromResult(response switch
            {
                { StatusCode: HttpStatusCode.NotFound } => (long?)null,
                { IsSuccessStatusCode: true, Content.Headers.ContentLength: { } length } => length,
                { IsSuccessStatusCode: true } => throw new BackendException(
                    $"The server of {Location} does not say how long the file {file} is.", isTransient: false),
                _ => throw _requests.Refused(call, response),
            }),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind != FileKind.Config)
        {
            foreach (BackendFile file in await _folders.ListAsync(kind, cancellationToken).ConfigureAwait(false))
            {
                yield return file;
            }
        }
        else if (await TryGetSizeAsync(FileHandle.Config, cancellationToken).ConfigureAwait(false) is { } size)
        {
            yield return new BackendFile(FileHandle.Config, size);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(FileHandle file, CancellationToken cancellationToken) =>
        SendAsync(Call(HttpMethod.Delete, file, "removed"), status => status == HttpStatusCode.NotFound, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _requests.Dispose();
        return ValueTask.CompletedTask;
    }

    private RestCall Call(HttpMethod method, FileHandle file, string action) =>
        new(method, RestPaths.Of(_address.Root, file), action, $"file {file}");

    /// <summary>Sends a request whose answer has nothing to read.</summary>
    private Task<bool> SendAsync(RestCall call, Func<HttpStatusCode, bool> isFine, CancellationToken cancellationToken) => _requests.SendAsync(
        call,
        (response, _) => response.IsSuccessStatusCode || isFine(response.StatusCode)
            ? Task.FromResult(true)
            : throw _requests.Refused(call, response),
        cancellationToken);

    /// <summary>Uploads a file.</summary>
    /// <returns>False if the server does not want it: because there is one of that name, or for another reason.</returns>
    private async Task<bool> TryUploadAsync(FileHandle file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // A server that refuses a file may answer and close before it has read it, and the answer is lost. So after an
        // upload that broke off the next one waits until the server wants the file.
        RestCall call = Call(HttpMethod.Post, file, "saved") with { Content = content, AsksFirst = _asksFirst };
        try
        {
            return await _requests.SendAsync(
                call,
                (response, _) =>
                {
                    _asksFirst = false;
                    return Task.FromResult(response.StatusCode switch
                    {
                        HttpStatusCode.Forbidden or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => false,
                        HttpStatusCode.BadRequest => throw new BackendException(
                            $"The server of {Location} did not get the file {file} as it was sent.", isTransient: true),
                        _ when response.IsSuccessStatusCode => true,
                        _ => throw _requests.Refused(call, response),
                    });
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (BackendException exception) when (exception.InnerException is HttpRequestException or IOException)
        {
            _asksFirst = true;
            throw;
        }
    }

    /// <summary>Reads a part of a file.</summary>
    /// <returns>False if the server did not give it.</returns>
    private Task<bool> TryLoadRangeAsync(FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        RestCall call = Call(HttpMethod.Get, file, "read") with { Range = (offset, offset + destination.Length - 1) };
        return _requests.SendAsync(
            call,
            (response, guard) => response.StatusCode switch
            {
                HttpStatusCode.PartialContent => RestBody.TryReadRangeAsync(response, offset, destination, guard),
                HttpStatusCode.OK => RestBody.TryReadFromWholeAsync(response, offset, destination, guard),
                HttpStatusCode.RequestedRangeNotSatisfiable => Task.FromResult(false),
                _ => throw Refused(call, file, response),
            },
            cancellationToken);
    }

    private BackendException Refused(RestCall call, FileHandle file, HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.NotFound ? BackendErrors.NotFound(file, Location) : _requests.Refused(call, response);
}
