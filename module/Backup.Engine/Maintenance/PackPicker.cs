namespace Backup.Engine.Maintenance;

/// <summary>Picks the packs to read.</summary>
internal static class PackPicker
{
    /// <summary>Picks packs.</summary>
    /// <param name="packs">All there are, with their sizes in bytes.</param>
    /// <param name="selection">Which of them.</param>
    /// <param name="random">Decides where chance is asked for.</param>
    public static List<(PackId Pack, long Size)> Pick(
        IEnumerable<(PackId Pack, long Size)> packs, PackSelection selection, Random random)
    {
        // In order, so that chance alone decides, not the order in which a backend lists its files.
        (PackId Pack, long Size)[] all = [.. packs.OrderBy(pack => pack.Pack.Hash)];
        if (selection.Groups > 0)
        {
            return [.. all.Where(pack => pack.Pack.Hash.FirstByte % selection.Groups == selection.Group - 1)];
        }

        if (selection.Percentage >= 100)
        {
            return [.. all];
        }

        random.Shuffle(all);
        return selection.Bytes > 0
            ? TakeBytes(all, selection.Bytes)
            : [.. all.Take(Math.Max(1, (int)(all.Length * selection.Percentage / 100)))];
    }

    /// <summary>Packs until there are as many bytes as asked for, at least one.</summary>
    private static List<(PackId Pack, long Size)> TakeBytes((PackId Pack, long Size)[] packs, long bytes)
    {
        var taken = new List<(PackId Pack, long Size)>();
        foreach ((PackId pack, long size) in packs)
        {
            if (bytes <= 0)
            {
                break;
            }

            taken.Add((pack, size));
            bytes -= size;
        }

        return taken;
    }
}
