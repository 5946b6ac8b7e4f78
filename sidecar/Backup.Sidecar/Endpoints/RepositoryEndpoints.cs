using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Backup.Engine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;
using Backup.Sidecar.Json;
using Backup.Sidecar.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backup.Sidecar.Endpoints;

/// <summary>Looking into repositories: snapshots, what is in them, and content.</summary>
internal sealed class RepositoryEndpoints(ServiceConfiguration configuration, RepositoryPool repositories)
{
    private const int FlushAt = 32 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/repositories", ListAsync);
        routes.MapGet("/v1/repositories/{name}", GetAsync);
        routes.MapGet("/v1/repositories/{name}/snapshots", SnapshotsAsync);
        routes.MapGet("/v1/repositories/{name}/snapshots/{id}", SnapshotAsync);
        routes.MapGet("/v1/repositories/{name}/snapshots/{id}/items", ItemsAsync);
        routes.MapGet("/v1/repositories/{name}/snapshots/{id}/content", ContentAsync);
    }

    private Task ListAsync(HttpContext context) => context.WriteAsync(
        new RepositoryList([.. configuration.Current.Repositories.Keys.Order(StringComparer.Ordinal).Select(name => new RepositoryDescription(name))]),
        ServiceJson.Default.RepositoryList);

    private async Task GetAsync(HttpContext context)
    {
        await using RepositoryLease lease = await RentAsync(context);
        var description = new RepositoryDescription(context.Part("name"))
        {
            Location = lease.Repository.Location,
            Id = lease.Repository.Config.Id,
            Version = lease.Repository.Config.Version,
        };
        lease.Keep();
        await context.WriteAsync(description, ServiceJson.Default.RepositoryDescription);
    }

    private async Task SnapshotsAsync(HttpContext context)
    {
        await using RepositoryLease lease = await RentAsync(context);
        var options = new SnapshotListOptions { Filter = FilterOf(context), Latest = LatestOf(context) };
        SnapshotList list = await lease.Repository.ListSnapshotsAsync(options, context.RequestAborted);
        lease.Keep();
        await context.WriteAsync(
            new SnapshotCollection(
                [.. list.Groups.SelectMany(group => group.Snapshots).Select(SnapshotDescription.From)],
                [.. list.Damaged.Select(damage => damage.Message)]),
            ServiceJson.Default.SnapshotCollection);
    }

    private async Task SnapshotAsync(HttpContext context)
    {
        await using RepositoryLease lease = await RentAsync(context);
        Snapshot snapshot = await lease.Repository.FindSnapshotAsync(IdOf(context), FilterOf(context), context.RequestAborted);
        lease.Keep();
        await context.WriteAsync(SnapshotDescription.From(snapshot), ServiceJson.Default.SnapshotDescription);
    }

    /// <summary>Writes while it reads: a snapshot of any size needs the memory of one folder.</summary>
    private async Task ItemsAsync(HttpContext context)
    {
        await using RepositoryLease lease = await RentAsync(context);
        var options = new ListOptions
        {
            Snapshot = IdOf(context),
            Filter = FilterOf(context),
            Paths = context.Query("path") is { } path ? [path] : [],
            Recursive = context.QueryFlag("recursive"),
        };
        await using IAsyncEnumerator<SnapshotItem> items =
            lease.Repository.ListAsync(options, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        bool isThereMore = await items.MoveNextAsync(); // errors show here, before the reply begins
        context.Response.ContentType = "application/json";
        PipeWriter body = context.Response.BodyWriter;
        await using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        while (isThereMore)
        {
            JsonSerializer.Serialize(writer, ItemDescription.From(items.Current), ServiceJson.Default.ItemDescription);
            if (body.UnflushedBytes >= FlushAt)
            {
                await body.FlushAsync(context.RequestAborted);
            }

            isThereMore = await items.MoveNextAsync();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
        await body.FlushAsync(context.RequestAborted);
        lease.Keep();
    }

    private async Task ContentAsync(HttpContext context)
    {
        string path = context.Query("path")
            ?? throw new RequestException(RequestException.Invalid, "«path» is missing: it says which file or folder of the snapshot.");
        DumpFormat format = context.Query("archive") switch
        {
            null or "tar" => DumpFormat.Tar,
            "zip" => DumpFormat.Zip,
            _ => throw new RequestException(RequestException.Invalid, "«archive» is tar or zip."),
        };
        await using RepositoryLease lease = await RentAsync(context);
        var options = new DumpOptions
        {
            Snapshot = IdOf(context),
            Filter = FilterOf(context),
            Path = path,
            Format = format,
            FilesOnly = context.Query("archive") is null,
        };
        context.Response.ContentType = options.FilesOnly ? "application/octet-stream"
            : format == DumpFormat.Zip ? "application/zip"
            : "application/x-tar";
        context.Response.Headers.ContentDisposition = "attachment";
        await lease.Repository.DumpAsync(options, context.Response.Body, progress: null, context.RequestAborted);
        lease.Keep();
    }

    private Task<RepositoryLease> RentAsync(HttpContext context) =>
        repositories.RentAsync(context.Part("name"), mayCreate: false, context.RequestAborted);

    private static string IdOf(HttpContext context)
    {
        string id = context.Part("id");
        return id.Contains(':')
            ? throw new RequestException(RequestException.Invalid, "A snapshot is an id, the beginning of one, or latest.")
            : id;
    }

    private static SnapshotFilter FilterOf(HttpContext context) => new()
    {
        Hosts = Values(context, "host"),
        TagLists = Values(context, "tag") is { Count: > 0 } tags ? [tags] : [],
        Paths = Values(context, "source"),
    };

    private static List<string> Values(HttpContext context, string name) =>
        [.. context.Request.Query[name].Where(value => !string.IsNullOrEmpty(value)).Select(value => value!)]; // filtered before

    private static int LatestOf(HttpContext context) => context.Query("latest") switch
    {
        null => 0,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 => count,
        _ => throw new RequestException(RequestException.Invalid, "«latest» is a number from 1."),
    };
}
