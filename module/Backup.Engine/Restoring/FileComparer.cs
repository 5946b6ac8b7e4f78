using System.Threading.Channels;
using Backup.Engine.Buffers;
using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>
/// Compares files that exist with what they should be, blob by blob, and plans to fetch only what differs. What agrees
/// goes into the new file from the old one: shared where the file system can, copied otherwise. So nothing is fetched
/// twice, and still the old file is whole until the new one takes its place; the price is room for both meanwhile.
/// </summary>
internal sealed class FileComparer(RestoreJob job, RestorePlan plan, FileWriter writer)
{
    /// <summary>Compares what comes until nothing more comes. Several may do so at once, each with memory for one blob.</summary>
    public async Task RunAsync(ChannelReader<ExistingFile> files, CancellationToken cancellationToken)
    {
        await foreach (ExistingFile existing in files.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                Compare(existing, cancellationToken);
            }
            catch (TargetException exception)
            {
                writer.Fail(existing.File, RestoreIssueKind.WriteFailed, exception);
            }
        }
    }

    private void Compare(ExistingFile existing, CancellationToken cancellationToken)
    {
        FilePlan file = existing.File;
        using DirectoryLease lease = job.Directories.Rent(file.Directory);
        using TargetFile? old = TryOpen(lease.Directory, file);
        if (old is null)
        {
            Plan(file, existing.Pieces); // it can't be read, but it can be replaced
            return;
        }

        TargetEntry entry = old.Inspect();
        bool[] matches = FindMatches(existing, old, entry, cancellationToken);
        if (entry.Size == file.Length && !matches.Contains(false))
        {
            TakeAsItIs(existing, lease.Directory, old, entry);
            return;
        }

        var missing = new List<(PackId Pack, Piece Piece)>();
        for (int i = 0; i < matches.Length; i++)
        {
            if (!matches[i])
            {
                missing.Add(existing.Pieces[i]);
            }
        }

        if (!job.Options.DryRun && missing.Count < matches.Length)
        {
            CopyMatches(existing, lease.Directory, old, entry, matches);
        }

        Plan(file, missing);
    }

    private static TargetFile? TryOpen(TargetDirectory directory, FilePlan file)
    {
        try
        {
            return directory.OpenFile(file.Name, writable: false);
        }
        catch (TargetException exception) when (exception.Failure == TargetFailure.Denied)
        {
            return null;
        }
    }

    private void Plan(FilePlan file, IReadOnlyList<(PackId Pack, Piece Piece)> missing)
    {
        if (job.Options.DryRun)
        {
            job.Log.Add(RestoreCount.BytesDone, file.Length);
            job.Log.Add(RestoreCount.BytesReused, file.Length - missing.Sum(piece => (long)piece.Piece.Blob.PlaintextLength));
            job.Log.FileDone(RestoreItemAction.Updated, file.Length, file.Directory, file.Name);
            file.Group?.Complete(null);
        }
        else
        {
            plan.Add(file, missing, job.Options.Verify);
        }
    }

    /// <summary>Which of its blobs a file has in their places.</summary>
    private bool[] FindMatches(ExistingFile existing, TargetFile old, in TargetEntry entry, CancellationToken cancellationToken)
    {
        bool[] matches = new bool[existing.Pieces.Count];
        if (job.Options.Overwrite == OverwriteMode.IfChanged
            && entry.Size == existing.File.Length
            && entry.ModTime.IsSameInstant(existing.File.Metadata.ModTime))
        {
            matches.AsSpan().Fill(true); // taken on trust, as the mode says
            return matches;
        }

        for (int i = 0; i < matches.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Piece piece = existing.Pieces[i].Piece;
            int length = piece.Blob.PlaintextLength;
            if (piece.Offset + length > entry.Size)
            {
                break;
            }

            using PooledBuffer buffer = PooledBuffer.Rent(length);
            matches[i] = old.Read(buffer.Span, piece.Offset) == length && BlobId.Of(buffer.Span) == piece.Blob.Id;
        }

        return matches;
    }

    /// <summary>The content is right. At most metadata are set, and not even those if they are right, too.</summary>
    private void TakeAsItIs(ExistingFile existing, TargetDirectory directory, TargetFile old, in TargetEntry entry)
    {
        FilePlan file = existing.File;
        if (!job.Options.DryRun && !old.HasMetadata(file.Metadata, job.Metadata.Chooses))
        {
            if (entry.Links > 1)
            {
                // Its other names may lie outside of the target: they must not change with it.
                bool[] all = new bool[existing.Pieces.Count];
                all.AsSpan().Fill(true);
                CopyMatches(existing, directory, old, entry, all);
                plan.Add(file, [], job.Options.Verify);
                return;
            }

            job.Log.Add(old.SetMetadata(file.Metadata, job.Metadata.Chooses), file.Directory, file.Name);
        }

        file.Group?.Complete(entry.Identity);
        job.Log.FileDone(RestoreItemAction.Unchanged, file.Length, file.Directory, file.Name);
    }

    /// <summary>Begins the new file with what the old one has already.</summary>
    private void CopyMatches(ExistingFile existing, TargetDirectory directory, TargetFile old, in TargetEntry entry, bool[] matches)
    {
        FilePlan file = existing.File;
        using TargetFile copy = directory.CreateFile(job.Open.TemporaryNameOf(file));
        file.HasTemporary = true;
        job.Open.Watch(file);
        bool isClone = entry.Size > 0 && copy.TryClone(old);
        file.MayHaveHoles = !isClone;
        copy.SetLength(file.Length);
        for (int i = 0; i < matches.Length; i++)
        {
            if (!matches[i])
            {
                continue;
            }

            Piece first = existing.Pieces[i].Piece;
            long end = first.Offset + first.Blob.PlaintextLength;
            while (i + 1 < matches.Length && matches[i + 1])
            {
                end += existing.Pieces[++i].Piece.Blob.PlaintextLength;
            }

            if (!isClone)
            {
                copy.CopyRange(old, first.Offset, end - first.Offset);
            }

            file.BytesReused += end - first.Offset;
        }

        job.Log.Add(RestoreCount.BytesDone, file.BytesReused);
    }
}
