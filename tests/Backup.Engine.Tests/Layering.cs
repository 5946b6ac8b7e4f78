using System.Text.RegularExpressions;

namespace Backup.Engine.Tests;

/// <summary>
/// The engine's folders as layers, top first: one uses those on lower lines, never those above or beside it. The root
/// is the vocabulary that all may use; of its files only <c>Repository</c>'s reach into the folders.
/// </summary>
internal static partial class Layering
{
    /// <summary>The list. A new folder needs its place here.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Layers { get; } =
    [
        ["Archiving", "Restoring", "Browsing", "Maintenance"],
        ["Repositories"],
        ["Indexing"],
        ["Packs", "Trees", "Snapshots"],
        ["Chunking", "Compression", "Crypto"],
        ["Json"],
        ["Sources", "Passwords"],
        ["Storage"],
        ["Buffers", "Concurrency"],
    ];

    /// <summary>The class of the root that uses the folders.</summary>
    private const string Facade = "Repository";

    /// <summary>Its files.</summary>
    private static readonly string[] FacadeFiles = [$"{Facade}.cs", $"{Facade}.Maintenance.cs"];

    /// <summary>The line of a folder, 0 for the highest; -1 for one that is not in the list.</summary>
    public static int LineOf(string folder)
    {
        for (int line = 0; line < Layers.Count; line++)
        {
            if (Layers[line].Contains(folder))
            {
                return line;
            }
        }

        return -1;
    }

    /// <summary>Finds the references that break the list.</summary>
    /// <param name="files">The engine's files: path relative to the engine's folder, and text.</param>
    /// <returns>One line per offending reference.</returns>
    public static IEnumerable<string> Violations(IReadOnlyCollection<(string Path, string Text)> files)
    {
        HashSet<string> types = files.Where(file => file.Path.Contains('/'))
            .Select(file => FolderOf(file.Path) + "." + Path.GetFileNameWithoutExtension(file.Path))
            .ToHashSet();
        foreach ((string path, string text) in files.Where(file => !FacadeFiles.Contains(file.Path)))
        {
            string folder = FolderOf(path);
            IEnumerable<string> forbidden = References(text, types)
                .Where(used => used != folder && !(folder.Length > 0 && LineOf(folder) < LineOf(used)));
            foreach (string used in forbidden.Distinct().Order())
            {
                yield return folder.Length == 0
                    ? $"{path} uses {used}: the root is the vocabulary, only {Facade} reaches into the folders"
                    : $"{path} uses {used}, which is not below {folder}";
            }
        }
    }

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : "";

    /// <summary>The folders that a file names, in full (Backup.Engine.Packs) or in part (Packs.PackHeader).</summary>
    private static IEnumerable<string> References(string text, HashSet<string> types)
    {
        foreach (string line in text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)))
        {
            foreach (Match match in FullName().Matches(line))
            {
                if (LineOf(match.Groups["folder"].Value) >= 0)
                {
                    yield return match.Groups["folder"].Value;
                }
            }

            foreach (Match match in PartialName().Matches(line))
            {
                if (types.Contains(match.Value))
                {
                    yield return match.Groups["folder"].Value;
                }
            }
        }
    }

    [GeneratedRegex(@"\bBackup\.Engine\.(?<folder>\w+)")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.])(?<folder>[A-Z]\w*)\.[A-Z]\w*")]
    private static partial Regex PartialName();
}
