namespace Backup.Sidecar.Jobs;

/// <summary>Content that the request brings along. It stands in the snapshot as <c>/payload/NAME</c>.</summary>
internal sealed record PayloadRequest
{
    /// <summary>A file name, or a relative path.</summary>
    public string Name { get; set; } = "";

    /// <summary>The content as text, stored in UTF-8; or else <see cref="Base64"/>.</summary>
    public string? Text { get; init; }

    /// <summary>The content as bytes, in base64.</summary>
    public byte[]? Base64 { get; init; }
}
