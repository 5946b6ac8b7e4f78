using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>
/// Puts contents into files. A file gets its name when content and metadata are complete, in one step that replaces what
/// was there: so whatever is to be seen in the target is whole, also after the process was killed. Thread-safe.
/// </summary>
internal sealed class FileWriter(RestoreJob job)
{
    /// <summary>Writes a blob to one of its places, and completes the file if it was the last one.</summary>
    /// <exception cref="StorageFullException">The target is full.</exception>
    public void Write(in Piece piece, ReadOnlySpan<byte> content)
    {
        FilePlan file = piece.File;
        if (file.HasFailed)
        {
            return;
        }

        if (file.PieceCount == 1 && !file.HasTemporary)
        {
            WriteWhole(file, content);
            return;
        }

        bool isRented = false;
        try
        {
            if (job.Open.Rent(file) is not { } handle)
            {
                return;
            }

            isRented = true;
            WriteTo(handle, file, content, piece.Offset);
            if (file.CompletePiece())
            {
                using DirectoryLease lease = job.Directories.Rent(file.Directory);
                Complete(file, handle, lease.Directory);
                job.Open.Finish(file);
            }
        }
        catch (TargetException exception)
        {
            Fail(file, RestoreIssueKind.WriteFailed, exception);
        }
        finally
        {
            if (isRented)
            {
                job.Open.Return(file);
            }
        }
    }

    /// <summary>Makes a file whose content is empty, or completes one whose temporary file has all of it.</summary>
    /// <exception cref="StorageFullException">The target is full.</exception>
    public void WriteWithoutPieces(FilePlan file)
    {
        if (!file.HasTemporary)
        {
            WriteWhole(file, []);
            return;
        }

        try
        {
            using DirectoryLease lease = job.Directories.Rent(file.Directory);
            using TargetFile handle = lease.Directory.OpenFile(job.Open.TemporaryNameOf(file), writable: true);
            Complete(file, handle, lease.Directory);
            job.Open.Finish(file);
        }
        catch (TargetException exception)
        {
            Fail(file, RestoreIssueKind.WriteFailed, exception);
        }
    }

    /// <summary>Gives a file up: its temporary file goes, its predecessor stays.</summary>
    /// <exception cref="StorageFullException">The target is full.</exception>
    public void Fail(FilePlan file, RestoreIssueKind kind, Exception exception)
    {
        if (job.Open.Abandon(file))
        {
            job.Log.Fail(file.Directory, file.Name, NodeType.File, kind, exception.Message);
        }

        ThrowIfFull(exception);
    }

    /// <summary>Stops the restore where every further file would fail for the same reason.</summary>
    /// <exception cref="StorageFullException">The target is full.</exception>
    public static void ThrowIfFull(Exception exception)
    {
        if (exception is TargetException { Failure: TargetFailure.Full })
        {
            throw new StorageFullException(
                $"The target is full, so the restore has stopped. What has been restored is complete. Make room and restore again: "
                    + $"what is there already is not fetched again. {exception.Message}",
                exception);
        }
    }

    /// <summary>Gives a temporary file its name, in place of what has it.</summary>
    /// <exception cref="TargetException">That is refused.</exception>
    public void Rename(TargetDirectory directory, DirectoryPlan plan, string temporaryName, string name, Predecessor predecessor)
    {
        if (predecessor == Predecessor.Directory)
        {
            new ObstacleRemover(job).RemoveDirectory(directory, plan, name);
        }

        directory.Rename(temporaryName, name, replace: predecessor is Predecessor.File or Predecessor.Other);
    }

    private static RestoreItemAction ActionOf(FilePlan file) =>
        file.Predecessor == Predecessor.File ? RestoreItemAction.Updated : RestoreItemAction.Restored;

    // Most files are small: one blob has all of them, and six or seven calls of the system are all they cost.
    private void WriteWhole(FilePlan file, ReadOnlySpan<byte> content)
    {
        try
        {
            using DirectoryLease lease = job.Directories.Rent(file.Directory);
            using TargetFile handle = lease.Directory.CreateFile(job.Open.TemporaryNameOf(file));
            file.HasTemporary = true;
            if (job.Options.Sparse)
            {
                handle.SetLength(file.Length);
            }

            WriteTo(handle, file, content, 0);
            Complete(file, handle, lease.Directory);
        }
        catch (TargetException exception)
        {
            Fail(file, RestoreIssueKind.WriteFailed, exception);
        }
    }

    private void WriteTo(TargetFile handle, FilePlan file, ReadOnlySpan<byte> content, long offset)
    {
        if (job.Options.Sparse && file.MayHaveHoles)
        {
            SparseWriter.Write(handle, content, offset);
        }
        else if (content.Length > 0)
        {
            handle.Write(content, offset);
        }

        job.Log.Add(RestoreCount.BytesDone, content.Length);
    }

    private void Complete(FilePlan file, TargetFile handle, TargetDirectory directory)
    {
        job.Log.Add(handle.SetMetadata(file.Metadata, job.Metadata.Chooses), file.Directory, file.Name);
        FileIdentity? identity = file.Group is null ? null : handle.Inspect().Identity;
        try
        {
            Rename(directory, file.Directory, job.Open.TemporaryNameOf(file), file.Name, file.Predecessor);
        }
        catch (TargetException exception) when (exception.Failure == TargetFailure.Exists)
        {
            throw new TargetException(
                TargetFailure.Exists,
                "Something of this name came into being during the restore: somebody made it, or another item of the snapshot has a "
                    + "name that is the same for this file system. It was left as it is.",
                exception);
        }

        file.HasTemporary = false;
        file.Group?.Complete(identity);
        job.Log.Add(RestoreCount.BytesReused, file.BytesReused);
        job.Log.FileDone(ActionOf(file), file.Length, file.Directory, file.Name);
    }
}
