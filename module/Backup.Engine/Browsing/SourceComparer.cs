using System.Threading.Channels;
using Backup.Engine.Buffers;
using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Repositories;
using Backup.Engine.Sources;

namespace Backup.Engine.Browsing;

/// <summary>
/// Compares files on the disk with a snapshot. Of the content nothing is fetched: the files are cut where the snapshot says,
/// and the hashes of the pieces must be the ids that it names.
/// </summary>
internal sealed class SourceComparer(OpenedRepository repository, SourceDiffOptions options, IProgress<SourceDiffProgress>? progress)
{
    /// <summary>Files waiting to be read, each with its ids: 32 bytes for some 1.5 MiB.</summary>
    private const int QueueLength = 256;

    private readonly Lock _gate = new();
    private long _items;
    private long _bytes;
    private long _differences;
    private long _uncompared;

    /// <summary>Compares.</summary>
    public Task<SourceDiffSummary> RunAsync(CancellationToken cancellationToken) =>
        LockScope.ReadAsync(repository, CompareAsync, cancellationToken);

    private async Task<SourceDiffSummary> CompareAsync(CancellationToken cancellationToken)
    {
        using var pulse = new ProgressPulse<SourceDiffProgress>(
            progress, repository.Time, elapsed => new(Interlocked.Read(ref _items), Interlocked.Read(ref _bytes), Interlocked.Read(ref _differences), elapsed));
        FileSystemSourceOptions files = options.Files with { ReportExcluded = true };
        SnapshotPath place = SnapshotPath.Parse(options.Snapshot ?? SnapshotPath.Latest);
        if (place.Folder.Length > 0)
        {
            files = files.Paths is [{ } path]
                ? files with { Paths = ["."], WorkingDirectory = Path.GetFullPath(path, Path.GetFullPath(files.WorkingDirectory ?? ".")) }
                : throw new ArgumentException("One folder of a snapshot can be compared with one path.");
        }

        Snapshot snapshot = options.Snapshot is null
            ? await FindNewestAsync(SourceFactory.FileSystem(files).Paths, cancellationToken).ConfigureAwait(false)
            : await repository.FindSnapshotAsync(place.Snapshot, options.Filter, cancellationToken).ConfigureAwait(false);
        IBackupSource source = SourceFactory.FileSystem(files with { Excludes = [.. snapshot.Excludes, .. files.Excludes] });
        await repository.LoadIndexAsync(cancellationToken).ConfigureAwait(false);
        BlobId tree = await TreePath.FindFolderAsync(repository.LoadTreeAsync, snapshot.Tree, place.Folder, cancellationToken)
            .ConfigureAwait(false);

        await CompareAsync(source, tree, files.Paths.Any(MeansRoot), cancellationToken).ConfigureAwait(false);
        return new SourceDiffSummary(snapshot, _items, _bytes, _differences, _uncompared, pulse.Elapsed);
    }

    /// <summary>Whether the entries of a path are in the root of a snapshot that was made of it.</summary>
    private static bool MeansRoot(string path) => PathSyntax.Current.Clean(path).Split('/').All(part => part is "" or "." or "..");

    private async Task<Snapshot> FindNewestAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        SnapshotSelection all = await new SnapshotSelector(repository).SelectAsync([], options.Filter, cancellationToken).ConfigureAwait(false);
        return all.RequireAll()
            .Where(snapshot => !snapshot.IsIncomplete && paths.All(path => snapshot.Paths.Any(above => IsAtOrBelow(path, above))))
            .MaxBy(snapshot => snapshot.Time)
            ?? throw new SnapshotNotFoundException(
                $"No snapshot was made of {string.Join(", ", paths)} or of a folder above. Name the snapshot that it is to be compared with.");
    }

    private static bool IsAtOrBelow(string path, string above) =>
        path.StartsWith(above, StringComparison.Ordinal)
        && (path.Length == above.Length || above.EndsWith(Path.DirectorySeparatorChar) || path[above.Length] == Path.DirectorySeparatorChar);

    private async Task CompareAsync(IBackupSource source, BlobId tree, bool isRootComplete, CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<(Node Known, SourceEntry Entry)>(new BoundedChannelOptions(QueueLength) { SingleWriter = true });
        using var stages = new StageGroup(cancellationToken);
        stages.Start(async token =>
        {
            var matcher = new SourceMatcher(repository.LoadTreeAsync, isRootComplete)
            {
                Uncompared = TellUncompared,
                Visit = async (path, known, entry) =>
                {
                    if (!Judge(path, known, entry))
                    {
                        await queue.Writer.WriteAsync((known!, entry!), token).ConfigureAwait(false); // both are there, or it is judged
                    }
                },
            };
            await matcher.WalkAsync(source, tree, token).ConfigureAwait(false);
            queue.Writer.Complete();
        });
        stages.Start(token => Parallel.ForEachAsync(
            queue.Reader.ReadAllAsync(token),
            new ParallelOptions { MaxDegreeOfParallelism = repository.Parallelism, CancellationToken = token },
            (file, token) =>
            {
                CompareContent(source, file.Known, file.Entry, token);
                return ValueTask.CompletedTask;
            }));
        await stages.WhenAllAsync().ConfigureAwait(false);
    }

    /// <summary>Compares all but the content of files.</summary>
    /// <returns>False if the content decides.</returns>
    private bool Judge(string path, Node? known, SourceEntry? entry)
    {
        Interlocked.Increment(ref _items);
        Node? found = entry?.Node;
        DiffChangeKinds kind = (known, found) switch
        {
            (null, _) => DiffChangeKinds.Added,
            (_, null) => DiffChangeKinds.Removed,
            _ when known.Type != found.Type => DiffChangeKinds.Type,
            _ when known.Size != found.Size || known.LinkTarget != found.LinkTarget || known.Device != found.Device => DiffChangeKinds.Content,
            _ => DiffChangeKinds.None,
        };
        if (kind == DiffChangeKinds.None && known is { Type: NodeType.File })
        {
            return false;
        }

        Tell(path, kind, known, found);
        return true;
    }

    private void CompareContent(IBackupSource source, Node known, SourceEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            using SourceContent content = source.Open(entry);
            bool isSame = HasContent(content, known, cancellationToken);
            Node found = content.ReadNode() ?? entry.Node!; // a file has one
            bool isUntouched = known.ModTime.IsSameInstant(found.ModTime) && known.ChangeTime.IsSameInstant(found.ChangeTime);
            Tell(
                entry.Path,
                isSame ? DiffChangeKinds.None : isUntouched ? DiffChangeKinds.Content | DiffChangeKinds.Bitrot : DiffChangeKinds.Content,
                known,
                found);
        }
        catch (Exception exception) when (SkippedEntries.IsExpected(exception) || exception is RepositoryDamagedException)
        {
            TellUncompared(entry.Path, exception.Message);
        }
    }

    private bool HasContent(SourceContent content, Node known, CancellationToken cancellationToken)
    {
        foreach (BlobId blob in known.Content ?? [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!repository.Index.TryFind(BlobType.Data, blob, out PackedBlobLocation location))
            {
                throw new RepositoryDamagedException($"The snapshot's file needs the blob {blob}, which is in no index. Run a check.");
            }

            using PooledBuffer buffer = PooledBuffer.Rent(location.ToPackedBlob(BlobType.Data, blob).PlaintextLength);
            int filled = Fill(content, buffer.Span);
            Interlocked.Add(ref _bytes, filled);
            if (filled < buffer.Length || BlobId.Of(buffer.Span) != blob)
            {
                return false;
            }
        }

        Span<byte> more = stackalloc byte[1];
        return content.Read(more) == 0;
    }

    private static int Fill(SourceContent content, Span<byte> buffer)
    {
        int filled = 0;
        while (filled < buffer.Length && content.Read(buffer[filled..]) is > 0 and int read)
        {
            filled += read;
        }

        return filled;
    }

    private void Tell(string path, DiffChangeKinds kind, Node? known, Node? found)
    {
        if (options.Metadata && known is not null && found is not null && !NodeComparer.HaveSameRestoredMetadata(known, found))
        {
            kind |= DiffChangeKinds.Metadata;
        }

        if (kind == DiffChangeKinds.None)
        {
            return;
        }

        Interlocked.Increment(ref _differences);
        bool isFolder = (found ?? known)!.Type == NodeType.Directory; // one of them is there
        lock (_gate)
        {
            options.Changed?.Invoke(new DiffChange(isFolder ? $"{path}/" : path, kind, known, found));
        }
    }

    private void TellUncompared(string path, string reason)
    {
        Interlocked.Increment(ref _uncompared);
        lock (_gate)
        {
            options.Uncompared?.Invoke(path, reason);
        }
    }
}
