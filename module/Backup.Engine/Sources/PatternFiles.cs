using System.Text;

namespace Backup.Engine.Sources;

/// <summary>Files with exclude patterns, one per line.</summary>
internal sealed class PatternFiles
{
    private readonly string _directory;
    private readonly Func<string, string?> _variable;

    /// <summary>Takes what the files' paths begin at, and the environment.</summary>
    public PatternFiles(string directory, Func<string, string?>? variable = null)
    {
        _directory = directory;
        _variable = variable ?? Environment.GetEnvironmentVariable;
    }

    /// <summary>The patterns of some files, in order.</summary>
    /// <exception cref="SourceException">A file can't be read, or has a malformed pattern.</exception>
    public IEnumerable<string> Read(IEnumerable<string> paths) => paths.SelectMany(Read);

    /// <summary>The patterns in a text.</summary>
    public IEnumerable<string> Parse(ReadOnlySpan<byte> text) =>
        [.. TextFile.Lines(text)
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(ExpandVariables)];

    private IEnumerable<string> Read(string path)
    {
        string[] patterns;
        try
        {
            patterns = [.. Parse(File.ReadAllBytes(Path.Combine(_directory, path)))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The exclude patterns in {path} can't be read: {exception.Message}", exception);
        }

        try
        {
            PathFilter.Create(patterns);
            return patterns;
        }
        catch (ArgumentException exception)
        {
            throw new SourceException($"The exclude patterns in {path} can't be used. {exception.Message}", exception);
        }
    }

    // As Go's os.Expand: $name, ${name}, and single special characters such as $1 and $*, which no variable is named like.
    private string ExpandVariables(string line)
    {
        if (!line.Contains('$', StringComparison.Ordinal))
        {
            return line;
        }

        var expanded = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '$' || i + 1 == line.Length)
            {
                expanded.Append(line[i]);
                continue;
            }

            (string? name, int length) = ReadName(line.AsSpan(i + 1));
            expanded.Append(name switch
            {
                null => length == 0 ? "$" : "", // a «${» without name or end is dropped
                "$" => "$",
                _ => _variable(name) ?? "",
            });
            i += length;
        }

        return expanded.ToString();
    }

    private static (string? Name, int Length) ReadName(ReadOnlySpan<char> text)
    {
        if (text[0] == '{')
        {
            int end = text.IndexOf('}');
            return end switch
            {
                < 0 => (null, 1),
                1 => (null, 2),
                _ => (text[1..end].ToString(), end + 1),
            };
        }

        if (IsSpecial(text[0]))
        {
            return (text[..1].ToString(), 1);
        }

        int length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_'))
        {
            length++;
        }

        return length == 0 ? (null, 0) : (text[..length].ToString(), length);
    }

    private static bool IsSpecial(char character) => char.IsAsciiDigit(character) || "*#$@!?-".Contains(character, StringComparison.Ordinal);
}
