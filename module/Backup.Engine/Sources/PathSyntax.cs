using System.Text;

namespace Backup.Engine.Sources;

/// <summary>
/// How an operating system writes paths: cleaning and joining by the text alone, the disk is never asked. The rules are
/// those of Go's <c>path/filepath</c>, because they decide where restic puts a target in a snapshot.
/// </summary>
internal sealed class PathSyntax
{
    private readonly bool _isWindows;

    private PathSyntax(bool isWindows) => _isWindows = isWindows;

    /// <summary>Parts are separated by <c>/</c>, and there are no volumes.</summary>
    public static PathSyntax Unix { get; } = new(isWindows: false);

    /// <summary>Parts are separated by <c>\</c> or <c>/</c>; a path may begin with a drive or a share.</summary>
    public static PathSyntax Windows { get; } = new(isWindows: true);

    /// <summary>That of this machine.</summary>
    public static PathSyntax Current { get; } = OperatingSystem.IsWindows() ? Windows : Unix;

    /// <summary>What <see cref="Join"/> and <see cref="Clean"/> write between parts.</summary>
    public char Separator => _isWindows ? '\\' : '/';

    /// <summary>Whether this character separates parts.</summary>
    public bool IsSeparator(char character) => character == '/' || (_isWindows && character == '\\');

    /// <summary>The shortest path with the same meaning: no empty parts, no <c>.</c>, no <c>..</c> that can be resolved.</summary>
    public string Clean(string path)
    {
        string volume = Volume(path);
        ReadOnlySpan<char> rest = path.AsSpan(volume.Length);
        bool isRooted = rest.Length > 0 && IsSeparator(rest[0]);
        var parts = new List<string>();
        foreach (Range range in SplitRanges(rest))
        {
            ReadOnlySpan<char> part = rest[range];
            if (part.IsEmpty || part is ".")
            {
                continue;
            }

            if (part is not "..")
            {
                parts.Add(part.ToString());
            }
            else if (parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (!isRooted)
            {
                parts.Add("..");
            }
        }

        var cleaned = new StringBuilder(volume.Replace('/', Separator));
        if (isRooted)
        {
            cleaned.Append(Separator);
        }

        cleaned.AppendJoin(Separator, parts);
        return cleaned.Length == volume.Length && (volume.Length == 0 || !IsShare(volume))
            ? cleaned.Append('.').ToString()
            : cleaned.ToString();
    }

    /// <summary>Puts the second path below the first one and cleans the result.</summary>
    public string Join(string first, string second) =>
        first.Length == 0 ? (second.Length == 0 ? "" : Clean(second))
        : second.Length == 0 ? Clean(first)
        : Clean(first + Separator + second);

    /// <summary>The path as seen from <paramref name="workingDirectory"/>, cleaned.</summary>
    public string MakeAbsolute(string workingDirectory, string path) =>
        IsAbsolute(path) ? Clean(path) : Join(workingDirectory, path);

    /// <summary>Whether the path means the same wherever one stands.</summary>
    public bool IsAbsolute(string path)
    {
        string volume = Volume(path);
        return IsShare(volume) || (path.Length > volume.Length && IsSeparator(path[volume.Length])
            && (volume.Length > 0 || !_isWindows));
    }

    /// <summary>The drive (<c>C:</c>) or share (<c>\\server\name</c>) that a path begins with; empty on Unix.</summary>
    public string Volume(string path)
    {
        if (!_isWindows || path.Length < 2)
        {
            return "";
        }

        if (path[1] == ':' && char.IsAsciiLetter(path[0]))
        {
            return path[..2];
        }

        if (!IsSeparator(path[0]) || !IsSeparator(path[1]))
        {
            return "";
        }

        int server = IndexOfSeparator(path, 2);
        if (server <= 2 || server == path.Length)
        {
            return "";
        }

        int share = IndexOfSeparator(path, server + 1);
        return share == server + 1 ? "" : path[..share];
    }

    /// <summary>The path without its last part. The path must be clean.</summary>
    public string Parent(string path)
    {
        int volume = Volume(path).Length;
        int end = path.Length;
        while (end > volume && !IsSeparator(path[end - 1]))
        {
            end--;
        }

        return end == volume
            ? (volume > 0 ? path[..volume] + "." : ".")
            : end == volume + 1 ? path[..end] : path[..(end - 1)];
    }

    /// <summary>The last part of a clean path.</summary>
    public string LastPart(string path)
    {
        int start = path.Length;
        while (start > 0 && !IsSeparator(path[start - 1]))
        {
            start--;
        }

        return path[start..];
    }

    /// <summary>
    /// The parts of a path, without <c>.</c> and without the <c>..</c> at its beginning; a volume is the first part, without
    /// its colon. So they are the folders in a snapshot.
    /// </summary>
    public List<string> PartsInSnapshot(string path, out bool startsWithVolume)
    {
        string volume = Volume(path);
        string rest = path[volume.Length..];
        if (rest.Length == 0 || !IsSeparator(rest[0]))
        {
            rest = Separator + rest;
        }

        var parts = new List<string>();
        startsWithVolume = volume.Length > 0;
        if (startsWithVolume)
        {
            parts.Add(volume is [_, ':'] ? volume[..1] : volume);
        }

        rest = Clean(rest);
        foreach (Range range in SplitRanges(rest))
        {
            if (!rest.AsSpan(range).IsEmpty)
            {
                parts.Add(rest[range]);
            }
        }

        return parts;
    }

    /// <summary>How many <c>..</c> a clean relative path begins with.</summary>
    public int CountParents(string path)
    {
        int count = 0;
        foreach (Range range in SplitRanges(path))
        {
            if (path.AsSpan(range) is not "..")
            {
                break;
            }

            count++;
        }

        return count;
    }

    private List<Range> SplitRanges(ReadOnlySpan<char> path)
    {
        var ranges = new List<Range>();
        int start = 0;
        for (int i = 0; i <= path.Length; i++)
        {
            if (i == path.Length || IsSeparator(path[i]))
            {
                ranges.Add(start..i);
                start = i + 1;
            }
        }

        return ranges;
    }

    private static bool IsShare(string volume) => volume.Length > 2;

    private int IndexOfSeparator(string path, int start)
    {
        while (start < path.Length && !IsSeparator(path[start]))
        {
            start++;
        }

        return start;
    }
}
