using Backup.Engine.Indexing;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Maintenance.Pruning;

/// <summary>
/// Finds out how much of each pack is used. Of a blob that is in several packs one copy counts as used: in a pack that
/// has to stay anyhow, or that holds nothing else (then it was written by a run that was interrupted).
/// </summary>
internal sealed class PackSurvey
{
    /// <summary>What stands for «this is the last copy, and none before it was chosen» in place of a number of copies.</summary>
    private const byte LastCopy = 0;

    private readonly BlobIndex _index;
    private readonly BlobSet _used;
    private readonly byte[] _copies; // per blob: in how many packs that can be relied upon; 1 once one was chosen
    private bool _hasDuplicates;

    private PackSurvey(BlobIndex index, BlobSet used)
    {
        _index = index;
        _used = used;
        _copies = new byte[index.EntryCount];
    }

    /// <summary>Looks at all packs of the index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="used">What snapshots need.</param>
    /// <param name="fileSizes">The packs' sizes in bytes by their numbers; -1 where there is no file.</param>
    /// <param name="isMarked">Which packs are marked for removal. They are only used for what is nowhere else.</param>
    /// <exception cref="RepositoryDamagedException">Something that is needed is in no pack that can be relied upon.</exception>
    public static List<PackTally> Take(BlobIndex index, BlobSet used, long[] fileSizes, Func<PackId, bool>? isMarked = null)
    {
        var survey = new PackSurvey(index, used);
        var packs = new List<PackTally>(index.PackCount);
        foreach (IndexedPack pack in index.Packs())
        {
            var tally = new PackTally(pack, fileSizes[pack.Number]) { IsMarked = isMarked?.Invoke(pack.Id) == true };
            packs.Add(tally);
            if (tally.IsReliable)
            {
                survey.CountCopies(pack);
            }
        }

        packs.Where(pack => pack.IsMarked && pack.IsSound).ToList().ForEach(survey.ReinstateIfNeeded);
        survey.RefuseIfIncomplete();
        packs.ForEach(survey.Classify);
        if (survey._hasDuplicates)
        {
            // In the order of their names, so that the same packs are chosen in the same repository.
            packs.OrderBy(pack => pack.Id.Hash).ToList().ForEach(survey.ChooseDuplicates);
        }

        return packs;
    }

    private void CountCopies(IndexedPack pack)
    {
        foreach (PackedBlob blob in pack.Blobs)
        {
            int number = _index.IndexOf(blob.Type, blob.Id);
            if (_used.Contains(number))
            {
                _hasDuplicates |= _copies[number] > 0;
                _copies[number] = (byte)Math.Min(_copies[number] + 1, byte.MaxValue);
            }
        }
    }

    private void ReinstateIfNeeded(PackTally pack)
    {
        IndexedPack indexed = _index.PackAt(pack.Number);
        if (indexed.Blobs.Any(blob => _index.IndexOf(blob.Type, blob.Id) is int number && _used.Contains(number) && _copies[number] == 0))
        {
            (pack.IsMarked, pack.IsReinstated) = (false, true);
            CountCopies(indexed);
        }
    }

    private void RefuseIfIncomplete()
    {
        foreach (int number in _used.Numbers())
        {
            if (_copies[number] == 0)
            {
                (BlobType type, BlobId id) = _index.BlobAt(number);
                _index.TryFind(type, id, out PackedBlobLocation location);
                throw new RepositoryDamagedException(
                    $"The pack {location.Pack} is missing, or not as long as the index says; snapshots need the {(type == BlobType.Tree ? "tree" : "data")} blob {id} in it. Nothing was removed. Run a check, then repair the index and the snapshots.");
            }
        }
    }

    private void Classify(PackTally pack)
    {
        foreach (PackedBlob blob in _index.PackAt(pack.Number).Blobs)
        {
            int number = _index.IndexOf(blob.Type, blob.Id);
            var one = new BlobCount(1, blob.Length);
            if (!_used.Contains(number))
            {
                pack.Unused += one;
            }
            else if (!pack.IsReliable || _copies[number] > 1)
            {
                pack.Duplicate += one;
            }
            else
            {
                pack.Used += one;
            }
        }
    }

    private void ChooseDuplicates(PackTally pack)
    {
        if (pack.Duplicate.Blobs == 0 || !pack.IsReliable)
        {
            return;
        }

        bool hasOnlyDuplicates = pack.Unused.Blobs == 0 && pack.Used.Blobs == 0;
        foreach (PackedBlob blob in _index.PackAt(pack.Number).Blobs)
        {
            int number = _index.IndexOf(blob.Type, blob.Id);
            byte copies = _copies[number];
            if (!_used.Contains(number) || copies == 1)
            {
                continue;
            }

            if (pack.Used.Blobs > 0 || hasOnlyDuplicates || copies == LastCopy)
            {
                var one = new BlobCount(1, blob.Length);
                pack.Used += one;
                pack.Duplicate -= one;
                _copies[number] = 1;
            }
            else
            {
                _copies[number] = (byte)(copies == 2 ? LastCopy : copies - 1);
            }
        }
    }
}
