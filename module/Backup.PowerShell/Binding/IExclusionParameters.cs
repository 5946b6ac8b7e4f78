using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell.Binding;

/// <summary>The parameters of cmdlets that read files and folders and leave some of them out.</summary>
internal interface IExclusionParameters
{
    string[] Exclude { get; }

    string[] ExcludeFile { get; }

    SwitchParameter IgnoreCase { get; }

    SwitchParameter ExcludeCache { get; }

    string[] ExcludeIfPresent { get; }

    long ExcludeLargerThan { get; }

    SwitchParameter OneFileSystem { get; }

    /// <summary>The files and folders of some paths without what is left out.</summary>
    /// <param name="paths">Paths of the file system.</param>
    /// <param name="directory">Where PowerShell is in it.</param>
    FileSystemSourceOptions FilesOf(IReadOnlyList<string> paths, string directory) => new()
    {
        Paths = paths,
        WorkingDirectory = directory,
        Excludes = IgnoreCase ? [] : Exclude,
        InsensitiveExcludes = IgnoreCase ? Exclude : [],
        ExcludeFiles = IgnoreCase ? [] : ExcludeFile,
        InsensitiveExcludeFiles = IgnoreCase ? ExcludeFile : [],
        ExcludeIfPresent = ExcludeIfPresent,
        ExcludeCaches = ExcludeCache,
        ExcludeLargerThan = ExcludeLargerThan > 0 ? ExcludeLargerThan : null,
        OneFileSystem = OneFileSystem,
    };
}
