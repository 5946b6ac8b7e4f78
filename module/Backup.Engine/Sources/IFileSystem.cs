namespace Backup.Engine.Sources;

/// <summary>The disk, as far as a backup reads it. Errors are as in <see cref="DirectoryReader"/>.</summary>
internal interface IFileSystem
{
    /// <summary>How paths are written.</summary>
    PathSyntax Syntax { get; }

    /// <summary>The folder that relative paths begin at.</summary>
    string WorkingDirectory { get; }

    /// <summary>What is at a path now.</summary>
    /// <param name="path">Absolute or relative.</param>
    /// <param name="followLinks">Whether a link's target is meant.</param>
    FileStatus ReadStatus(string path, bool followLinks);

    /// <summary>A single path as the one entry of a reader.</summary>
    DirectoryReader At(string path);

    /// <summary>Opens and lists a directory.</summary>
    DirectoryReader OpenDirectory(string path, bool followLinks);

    /// <summary>The first bytes of a file; fewer if it has fewer. Links are followed.</summary>
    byte[] ReadBeginning(string path, int length);

    /// <summary>Opens a file's content.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="node">The file as it was seen last.</param>
    /// <param name="nodes">Makes the node of the open file.</param>
    SourceContent OpenFile(string path, Node node, NodeFactory nodes);

    /// <summary>A user's name; empty if unknown.</summary>
    string UserName(uint uid);

    /// <summary>A group's name; empty if unknown.</summary>
    string GroupName(uint gid);
}
