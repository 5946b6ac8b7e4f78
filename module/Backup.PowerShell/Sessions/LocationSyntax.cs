using System.Text.RegularExpressions;

namespace Backup.PowerShell.Sessions;

/// <summary>Tells paths, which PowerShell resolves, from the locations that only the engine understands.</summary>
internal static partial class LocationSyntax
{
    /// <summary>The location without the password that may stand in it: what may be shown and written down.</summary>
    public static string WithoutSecret(string location) => UserInfo().Replace(location, "//***@");

    /// <summary>Whether text is a location with a scheme, such as <c>rest:https://…</c>, and not a path.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="isDrive">Whether PowerShell has a drive of a name.</param>
    public static bool HasScheme(string text, Func<string, bool> isDrive)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && text.AsSpan(0, colon).IndexOfAny('/', '\\') < 0
            && !(colon == 1 && OperatingSystem.IsWindows())
            && !isDrive(text[..colon]);
    }

    [GeneratedRegex("//[^/@]*@")]
    private static partial Regex UserInfo();
}
