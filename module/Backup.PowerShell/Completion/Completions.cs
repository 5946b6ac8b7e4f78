namespace Backup.PowerShell.Completion;

/// <summary>What is completed, without PowerShell's types.</summary>
internal static class Completions
{
    /// <summary>What was typed, without the quotes around it.</summary>
    public static string Typed(string? word) => (word ?? "").Trim('\'', '"');

    /// <summary>A value as it must stand on a command line.</summary>
    public static string Quote(string value) =>
        value.Length > 0 && value.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '\\' or ':' or '~')
            ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Those that begin with what was typed, in their order, each once.</summary>
    public static IEnumerable<string> Matching(IEnumerable<string> values, string? word) =>
        values.Where(value => value.StartsWith(Typed(word), StringComparison.OrdinalIgnoreCase)).Distinct();

    /// <summary>The folder of a path that is being typed: up to its last slash, and absolute.</summary>
    public static string FolderOf(string typed)
    {
        int slash = typed.LastIndexOf('/');
        string folder = slash <= 0 ? "/" : typed[..slash];
        return folder.StartsWith('/') ? folder : "/" + folder;
    }
}
