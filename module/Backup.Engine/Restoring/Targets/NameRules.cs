using System.Buffers;

namespace Backup.Engine.Restoring.Targets;

/// <summary>Judges names from a repository before they reach a file system: they may have been chosen to lead elsewhere.</summary>
internal static class NameRules
{
    private const int MaxLengthOnUnix = 255; // bytes, on all common file systems
    private const int MaxLengthOnWindows = 255; // UTF-16 units, on NTFS and exFAT

    private static readonly SearchValues<char> ForbiddenOnWindows = SearchValues.Create(
        "<>\"|?*" + string.Concat(Enumerable.Range(1, 31).Select(code => (char)code)));

    private static readonly string[] DeviceNames =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
    ];

    /// <summary>Why a name can't be used; null if it can.</summary>
    /// <param name="name">One part of a path, as <see cref="FileName"/> decodes it.</param>
    /// <param name="forWindows">Whether Windows' rules apply, too: both separators, drives, streams, devices.</param>
    public static string? Judge(string name, bool forWindows) => name switch
    {
        "" => "The name is empty.",
        "." or ".." => $"The name «{name}» leads to another directory.",
        _ when name.Contains('/') => "The name contains the separator «/».",
        _ when name.Contains('\0') => "The name contains a NUL.",
        _ when name.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && FileName.Decode(FileName.Encode(name)) != name =>
            "The name would come out as another one: it contains surrogates that make no sense.",
        _ when forWindows => JudgeForWindows(name),
        _ when name.Length > MaxLengthOnUnix / 3 && FileName.Encode(name).Length > MaxLengthOnUnix =>
            $"The name has more than {MaxLengthOnUnix} bytes.",
        _ => null,
    };

    /// <summary>
    /// What is the same for all names that Windows takes for the same: it knows no difference between upper and lower case.
    /// </summary>
    public static string FoldForWindows(string name) => name.ToUpperInvariant();

    /// <summary>
    /// What is the same for all names that macOS takes for the same: its file systems mostly know no difference of case, nor
    /// between «é» as one character and as a letter with an accent.
    /// </summary>
    public static string FoldForMacOS(string name) =>
        name.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && FileName.Encode(name) is byte[] bytes && !System.Text.Unicode.Utf8.IsValid(bytes)
            ? name // bytes that are no text: only the same ones are the same
            : name.Normalize(System.Text.NormalizationForm.FormD).ToUpperInvariant().Normalize(System.Text.NormalizationForm.FormD);

    private static string? JudgeForWindows(string name)
    {
        if (name.Length > MaxLengthOnWindows)
        {
            return $"The name has more than {MaxLengthOnWindows} characters.";
        }

        if (name.Contains('\\'))
        {
            return "The name contains the separator «\\».";
        }

        if (name.Contains(':'))
        {
            return "The name contains «:», which begins a drive or a stream.";
        }

        if (name.AsSpan().ContainsAny(ForbiddenOnWindows))
        {
            return "The name contains a character that Windows does not allow.";
        }

        if (name[^1] is '.' or ' ')
        {
            return "The name ends with a dot or a space, which Windows leaves out.";
        }

        return IsDevice(name) ? "Windows keeps the name for a device." : null;
    }

    // Devices answer to their name with any extension, and with spaces before it.
    private static bool IsDevice(string name)
    {
        ReadOnlySpan<char> stem = name;
        int dot = stem.IndexOf('.');
        stem = (dot < 0 ? stem : stem[..dot]).TrimEnd(' ');
        foreach (string device in DeviceNames)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return stem.Length == 4
            && stem[3] is (>= '0' and <= '9') or '¹' or '²' or '³'
            && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase)
                || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase));
    }
}
