namespace Backup.Engine.Trees;

/// <summary>Reads trees.</summary>
/// <remarks>Format: restic design document, «Trees and Data».</remarks>
internal static class TreeDecoder
{
    /// <summary>Reads a whole tree.</summary>
    /// <param name="json">The blob's plaintext.</param>
    /// <param name="id">Its id, for messages.</param>
    /// <param name="faults">Takes what is wrong with the tree though it can be read: order, duplicates, unknown types.</param>
    /// <returns>The nodes as they come. Their names are not judged: see <see cref="NodeName"/>.</returns>
    /// <exception cref="RepositoryDamagedException">This is not a tree.</exception>
    public static List<Node> Decode(ReadOnlySpan<byte> json, BlobId id = default, ICollection<string>? faults = null)
    {
        var nodes = new List<Node>();
        var reader = new TreeReader(json, id);
        while (reader.Read(out Node? node))
        {
            nodes.Add(node);
            if (reader.Fault is string fault)
            {
                faults?.Add(fault);
            }
        }

        return nodes;
    }

    /// <summary>
    /// True if the tree can be written again without a change: if not, a newer program knows more about it, and it may
    /// only be passed on as bytes.
    /// </summary>
    public static bool ReproducesExactly(ReadOnlySpan<byte> json)
    {
        var encoder = new TreeEncoder();
        try
        {
            var reader = new TreeReader(json);
            while (reader.Read(out Node? node))
            {
                if (reader.Fault is not null)
                {
                    return false;
                }

                encoder.Add(node);
                if (encoder.Length > json.Length)
                {
                    return false;
                }
            }
        }
        catch (RepositoryDamagedException)
        {
            return false; // the answer to the question; whoever reads it for its content gets the error
        }

        return encoder.Finish().Span.SequenceEqual(json);
    }
}
