namespace Backup.Engine.Sources;

/// <summary>What takes more than one look to know of an entry.</summary>
internal readonly record struct EntryDetails
{
    /// <summary>Nothing more.</summary>
    public static EntryDetails None => new() { LinkTarget = "", ExtendedAttributes = [] };

    /// <summary>Where a symbolic link leads.</summary>
    public required string LinkTarget { get; init; }

    /// <summary>Extended attributes in the system's order.</summary>
    public required IReadOnlyList<ExtendedAttribute> ExtendedAttributes { get; init; }

    /// <summary>Attributes of one operating system; the values are raw JSON.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? GenericAttributes { get; init; }

    /// <summary>What could not be read, and why; null as a rule.</summary>
    public Exception? Problem { get; init; }
}
