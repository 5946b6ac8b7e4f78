namespace Backup.Engine.Sources;

/// <summary>The content of a stream, which is not closed.</summary>
internal sealed class StreamContent : SourceContent
{
    private readonly Stream _stream;
    private readonly string _name;
    private bool _isEmpty = true;

    /// <summary>Takes a stream.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">Its name, for messages.</param>
    public StreamContent(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = _stream.Read(buffer);
        }
        catch (IOException exception)
        {
            throw new SourceException($"The content of {_name} can't be read to its end: {exception.Message}", exception);
        }

        _isEmpty &= read == 0;

        // Mostly because the program that should have written it failed. restic makes an empty snapshot then.
        return _isEmpty && buffer.Length > 0
            ? throw new SourceException($"There is no content for {_name}: the stream is empty. Check the program that should write it.")
            : read;
    }
}
