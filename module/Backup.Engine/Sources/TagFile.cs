namespace Backup.Engine.Sources;

/// <summary>A file whose presence in a directory means that the directory's other entries are left out.</summary>
internal sealed class TagFile
{
    /// <summary>The mark of cache directories.</summary>
    /// <remarks>Format: https://bford.info/cachedir/.</remarks>
    public const string CacheDirectory = "CACHEDIR.TAG:Signature: 8a477f597d28d172789f06886806bc55";

    private readonly byte[] _header;

    private TagFile(string name, string header)
    {
        Name = name;
        NameBytes = FileName.Encode(name);
        _header = FileName.Encode(header);
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>The file's name as bytes.</summary>
    public byte[] NameBytes { get; }

    /// <summary>Reads <c>name</c> or <c>name:text</c>.</summary>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public static TagFile Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        return name.Length > 0
            ? new TagFile(name, colon < 0 ? "" : text[(colon + 1)..])
            : throw new ArgumentException($"«{text}» names no file that marks a directory: write it as «name» or «name:first bytes».", nameof(text));
    }

    /// <summary>Whether a directory is marked. A mark that can't be read is none: then the entries are backed up.</summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="directory">The directory's path.</param>
    /// <param name="names">The directory's entries, sorted; null where they are not known.</param>
    public bool Marks(IFileSystem fileSystem, string directory, NameList? names)
    {
        // The name may be a path into a subdirectory.
        if (names is not null && !Name.Contains('/') && !names.Contains(NameBytes))
        {
            return false;
        }

        string path = fileSystem.Syntax.Join(directory, Name);
        try
        {
            fileSystem.ReadStatus(path, followLinks: false);
            return _header.Length == 0 || fileSystem.ReadBeginning(path, _header.Length).AsSpan().SequenceEqual(_header);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // nothing is lost: the mark itself becomes a skipped entry when its turn comes
        }
    }
}
