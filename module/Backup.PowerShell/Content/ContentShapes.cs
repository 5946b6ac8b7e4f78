namespace Backup.PowerShell.Content;

/// <summary>Which shape switches ask for.</summary>
internal static class ContentShapes
{
    /// <summary>The shape for the switches of Get-Content.</summary>
    public static ContentShape Of(bool asByteStream, bool raw) => (asByteStream, raw) switch
    {
        (false, false) => ContentShape.Lines,
        (false, true) => ContentShape.Text,
        (true, false) => ContentShape.Bytes,
        (true, true) => ContentShape.AllBytes,
    };
}
