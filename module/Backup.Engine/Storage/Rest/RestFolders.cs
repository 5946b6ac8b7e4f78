using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Backup.Engine.Storage.Rest;

/// <summary>Lists the files of a repository on a server.</summary>
internal sealed class RestFolders(RestAddress address, RestRequests requests, RestBackend backend)
{
    /// <summary>A listing that runs into a removal fails as if the folder were missing: so often it is read.</summary>
    private const int Tries = 4;

    /// <summary>The files of a kind.</summary>
    public async Task<IReadOnlyCollection<BackendFile>> ListAsync(FileKind kind, CancellationToken cancellationToken)
    {
        for (int i = 1; i <= Tries; i++)
        {
            if (await TryListAsync(kind, cancellationToken).ConfigureAwait(false) is { } files)
            {
                return files.TrueForAll(file => file.Size is not null)
                    ? [.. files.Select(file => new BackendFile(new FileHandle(kind, file.Name), file.Size ?? 0))]
                    : await AskForSizesAsync(kind, files, cancellationToken).ConfigureAwait(false);
            }
        }

        // The folder may be missing: tools that copy repositories drop empty ones. But a server that lost its disk must not
        // look like an empty repository.
        return await backend.TryGetSizeAsync(FileHandle.Config, cancellationToken).ConfigureAwait(false) is not null
            ? []
            : throw BackendErrors.NotFound(FileHandle.Config, requests.Location);
    }

    /// <summary>Lists a folder; null if there seems to be none.</summary>
    private Task<List<(Digest Name, long? Size)>?> TryListAsync(FileKind kind, CancellationToken cancellationToken)
    {
        var call = new RestCall(HttpMethod.Get, RestPaths.Of(address.Root, kind), "listed", $"files of kind «{kind}»");
        return requests.SendAsync(
            call,
            async (response, guard) =>
            {
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    // rclone says so of other failures, never of a missing folder.
                    return !requests.IsRclone ? null : throw new BackendException(
                        $"The {call.What} of the repository {requests.Location} can't be listed: rclone answered 404.", isTransient: true);
                }

                return response.IsSuccessStatusCode
                    ? await ReadAsync(response, guard).ConfigureAwait(false)
                    : throw requests.Refused(call, response);
            },
            cancellationToken);
    }

    private async Task<List<(Digest Name, long? Size)>?> ReadAsync(HttpResponseMessage response, StallGuard guard)
    {
        Stream body = await response.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
        try
        {
            return await RestListing.ReadAsync(body, guard, guard.Token).ToListAsync(guard.Token).ConfigureAwait(false);
        }
        catch (JsonException exception)
        {
            throw new BackendException(
                $"The server of {requests.Location} gives no listing that makes sense. Is it a server of restic's REST protocol?",
                isTransient: false,
                exception);
        }
    }

    /// <summary>Version 1 of the protocol lists names only.</summary>
    private async Task<IReadOnlyCollection<BackendFile>> AskForSizesAsync(
        FileKind kind, List<(Digest Name, long? Size)> names, CancellationToken cancellationToken)
    {
        var files = new ConcurrentBag<BackendFile>();
        await Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = backend.Connections, CancellationToken = cancellationToken },
            async (each, token) =>
            {
                var file = new FileHandle(kind, each.Name);
                if (await backend.TryGetSizeAsync(file, token).ConfigureAwait(false) is { } size)
                {
                    files.Add(new BackendFile(file, size)); // otherwise it has been removed since
                }
            }).ConfigureAwait(false);
        return files;
    }
}
