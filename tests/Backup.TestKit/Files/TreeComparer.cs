using System.Text;

namespace Backup.TestKit.Files;

/// <summary>Compares two folders in content and metadata.</summary>
public static class TreeComparer
{
    /// <summary>Everything in which the second tree differs from the first, one line each; none if they are equal.</summary>
    /// <param name="expected">The path of the folder that is right.</param>
    /// <param name="actual">The path of the folder that is judged.</param>
    /// <param name="aspects">What counts.</param>
    public static IReadOnlyList<string> Differences(string expected, string actual, TreeAspects aspects = TreeAspects.All) =>
        Differences(TreeReader.Read(expected), TreeReader.Read(actual), aspects);

    /// <summary>As above, with a tree that was read before it changed.</summary>
    public static IReadOnlyList<string> Differences(TreeSnapshot expected, string actual, TreeAspects aspects = TreeAspects.All) =>
        Differences(expected.Entries, TreeReader.Read(actual), aspects);

    private static List<string> Differences(
        SortedDictionary<string, TreeEntry> expected,
        SortedDictionary<string, TreeEntry> actual,
        TreeAspects aspects)
    {
        var differences = new List<string>();
        foreach ((string path, TreeEntry wanted) in expected)
        {
            if (!Counts(wanted, aspects))
            {
                continue;
            }

            if (!actual.TryGetValue(path, out TreeEntry? found))
            {
                differences.Add($"{Printable(path)}: missing ({wanted.Stat.Kind})");
                continue;
            }

            differences.AddRange(Compare(wanted, found, aspects).Select(difference => $"{Printable(path)}: {difference}"));
        }

        differences.AddRange(actual
            .Where(entry => !expected.ContainsKey(entry.Key) && Counts(entry.Value, aspects))
            .Select(entry => $"{Printable(entry.Key)}: should not be there ({entry.Value.Stat.Kind})"));
        return differences;
    }

    private static bool Counts(TreeEntry entry, TreeAspects aspects) =>
        entry.Stat.Kind != PosixKind.Socket || aspects.HasFlag(TreeAspects.Sockets);

    private static IEnumerable<string> Compare(TreeEntry wanted, TreeEntry found, TreeAspects aspects)
    {
        if (wanted.Stat.Kind != found.Stat.Kind)
        {
            return [$"is a {found.Stat.Kind}, not a {wanted.Stat.Kind}"];
        }

        return wanted.Path.Length == 0 && !aspects.HasFlag(TreeAspects.Top)
            ? []
            : CompareContent(wanted, found, aspects).Concat(CompareMetadata(wanted, found, aspects));
    }

    private static IEnumerable<string> CompareContent(TreeEntry wanted, TreeEntry found, TreeAspects aspects)
    {
        if (wanted.Stat.Kind == PosixKind.File && wanted.Stat.Size != found.Stat.Size)
        {
            yield return $"has {found.Stat.Size} bytes, not {wanted.Stat.Size}";
        }
        else if (wanted.Content != found.Content)
        {
            yield return "has another content";
        }

        if (wanted.LinkTarget != found.LinkTarget)
        {
            yield return $"leads to {Printable(found.LinkTarget)}, not {Printable(wanted.LinkTarget)}";
        }

        bool isDevice = wanted.Stat.Kind is PosixKind.BlockDevice or PosixKind.CharacterDevice;
        if (isDevice && wanted.Stat.Device != found.Stat.Device)
        {
            yield return $"is device {found.Stat.Device}, not {wanted.Stat.Device}";
        }

        TreeAspects linked = wanted.Stat.Kind == PosixKind.File ? TreeAspects.HardLinks : TreeAspects.HardLinksOfSpecials;
        if (aspects.HasFlag(linked) && wanted.HardLinkGroup != found.HardLinkGroup)
        {
            yield return $"is the same file as {Printable(found.HardLinkGroup)}, not {Printable(wanted.HardLinkGroup)}";
        }
    }

    private static IEnumerable<string> CompareMetadata(TreeEntry wanted, TreeEntry found, TreeAspects aspects)
    {
        (PosixStat right, PosixStat judged) = (wanted.Stat, found.Stat);
        if (aspects.HasFlag(TreeAspects.Mode) && right.Mode != judged.Mode)
        {
            yield return $"has mode {Convert.ToString(judged.Mode, 8)}, not {Convert.ToString(right.Mode, 8)}";
        }

        if (aspects.HasFlag(TreeAspects.Owner) && (right.Owner, right.Group) != (judged.Owner, judged.Group))
        {
            yield return $"belongs to {judged.Owner}:{judged.Group}, not {right.Owner}:{right.Group}";
        }

        if (aspects.HasFlag(TreeAspects.ModTime) && (right.ModSeconds, right.ModNanoseconds) != (judged.ModSeconds, judged.ModNanoseconds))
        {
            yield return $"is from {judged.ModSeconds}.{judged.ModNanoseconds:D9}, not {right.ModSeconds}.{right.ModNanoseconds:D9}";
        }

        if (aspects.HasFlag(TreeAspects.Attributes))
        {
            foreach (string name in wanted.Attributes.Keys.Union(found.Attributes.Keys))
            {
                byte[]? value = wanted.Attributes.GetValueOrDefault(name);
                byte[]? other = found.Attributes.GetValueOrDefault(name);
                if (value is null || other is null || !value.AsSpan().SequenceEqual(other))
                {
                    yield return $"has {name} = {Hex(other)}, not {Hex(value)}";
                }
            }
        }
    }

    private static string Hex(byte[]? value) => value is null ? "nothing" : Convert.ToHexString(value.AsSpan(0, Math.Min(value.Length, 32)));

    /// <summary>A name on one line, with what is no text as numbers.</summary>
    private static string Printable(string name)
    {
        var text = new StringBuilder();
        foreach (char character in name.Length == 0 ? "." : name.Length > 300 ? name[..300] : name)
        {
            text.Append(char.IsControl(character) || char.IsSurrogate(character) ? $"<{(int)character:X}>" : character.ToString());
        }

        return text.ToString();
    }
}
