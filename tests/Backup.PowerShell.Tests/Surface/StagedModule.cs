using System.Reflection;
using System.Text.RegularExpressions;

namespace Backup.PowerShell.Tests.Surface;

/// <summary>The module as it is installed: what the build has left in out/Backup.</summary>
internal static partial class StagedModule
{
    public static string Folder { get; } = typeof(StagedModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "StagedModule").Value!;

    public static string Manifest { get; } = File.ReadAllText(Combine("Backup.psd1"));

    public static string Combine(string path) => Path.Combine(Folder, path);

    /// <summary>A list of the manifest.</summary>
    public static IReadOnlyList<string> ListOf(string key)
    {
        Match list = Regex.Match(Manifest, $@"\b{key}\s*=\s*@\((?<items>[^)]*)\)");
        return list.Success
            ? [.. Quoted().Matches(list.Groups["items"].Value).Select(item => item.Groups[1].Value)]
            : throw new InvalidDataException($"The manifest has no list {key}.");
    }

    /// <summary>A text of the manifest.</summary>
    public static string TextOf(string key) => Regex.Match(Manifest, $@"\b{key}\s*=\s*'([^']*)'").Groups[1].Value;

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();
}
