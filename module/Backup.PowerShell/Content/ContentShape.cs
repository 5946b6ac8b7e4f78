namespace Backup.PowerShell.Content;

/// <summary>As what a file's content is given.</summary>
internal enum ContentShape
{
    /// <summary>Line by line, without the line ends.</summary>
    Lines,

    /// <summary>As one text.</summary>
    Text,

    /// <summary>Byte by byte.</summary>
    Bytes,

    /// <summary>As one array of bytes.</summary>
    AllBytes,
}
