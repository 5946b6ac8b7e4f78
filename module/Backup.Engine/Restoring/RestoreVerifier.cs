using Backup.Engine.Buffers;
using Backup.Engine.Concurrency;
using Backup.Engine.Indexing;
using Backup.Engine.Restoring.Targets;

namespace Backup.Engine.Restoring;

/// <summary>Reads back what a plan has written and compares it with the snapshot's blobs.</summary>
internal sealed class RestoreVerifier(RestoreJob job, RestorePlan plan)
{
    private int _next = -1;

    /// <summary>Reads all files of the plan, one worker per processor; each costs memory for one blob.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stages = new StageGroup(cancellationToken);
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            stages.Start(token =>
            {
                for (int next = Interlocked.Increment(ref _next); next < plan.ToVerify.Count; next = Interlocked.Increment(ref _next))
                {
                    Verify(plan.ToVerify[next], token);
                }

                return Task.CompletedTask;
            });
        }

        await stages.WhenAllAsync().ConfigureAwait(false);
    }

    private void Verify(FilePlan file, CancellationToken cancellationToken)
    {
        if (file.HasFailed)
        {
            return;
        }

        try
        {
            if (FindDifference(file, cancellationToken) is { } difference)
            {
                job.Log.Error(file.ToString(), RestoreIssueKind.VerifyFailed, difference);
            }
            else
            {
                job.Log.Add(RestoreCount.FilesVerified);
            }
        }
        catch (TargetException exception)
        {
            job.Log.Error(file.ToString(), RestoreIssueKind.VerifyFailed, $"The file could not be read back. {exception.Message}");
        }
    }

    private string? FindDifference(FilePlan file, CancellationToken cancellationToken)
    {
        using DirectoryLease lease = job.Directories.Rent(file.Directory);
        using TargetFile written = lease.Directory.OpenFile(file.Name, writable: false);
        long size = written.Inspect().Size;
        if (size != file.Length)
        {
            return $"The file has {size:N0} bytes instead of {file.Length:N0}.";
        }

        long offset = 0;
        for (int i = 0; i < file.Content.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!job.Repository.Index.TryFind(BlobType.Data, file.Content[i], out PackedBlobLocation location))
            {
                return $"The blob {file.Content[i]} is not in the index any more.";
            }

            int length = location.ToPackedBlob(BlobType.Data, file.Content[i]).PlaintextLength;
            using PooledBuffer buffer = PooledBuffer.Rent(length);
            if (written.Read(buffer.Span, offset) != length || BlobId.Of(buffer.Span) != file.Content[i])
            {
                return $"The content differs in the {length:N0} bytes from offset {offset:N0} on.";
            }

            offset += length;
        }

        return null;
    }
}
