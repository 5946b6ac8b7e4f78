namespace Backup.Engine.Trees;

/// <summary>Judges names of nodes: a repository may be hostile.</summary>
internal static class NodeName
{
    /// <summary>
    /// True if this names something within its folder: neither empty nor <c>.</c> nor <c>..</c>, without <c>/</c> and NUL.
    /// </summary>
    public static bool IsSafe(string name) => name is not ("" or "." or "..") && !name.AsSpan().ContainsAny('/', '\0');
}
