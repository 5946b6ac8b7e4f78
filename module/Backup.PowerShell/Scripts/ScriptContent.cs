using System.IO.Pipelines;
using System.Management.Automation;
using System.Text;

namespace Backup.PowerShell.Scripts;

/// <summary>
/// What a script block gives, as a stream: it runs on the pipeline thread, and waits when the reader is slower.
/// </summary>
internal sealed class ScriptContent : IDisposable
{
    private const int FlushAt = 64 * 1024;

    // $Sink.Write is public, so PowerShell finds it, though its class is not.
    private const string Glue = "param($Script, $Sink) & $Script | ForEach-Object { $Sink.Write($_) }";

    private readonly PSCmdlet _cmdlet;
    private readonly ScriptBlock _script;
    private readonly CancellationToken _stop;
    private readonly Pipe _pipe = new();
    private long _unflushed;
    private volatile bool _isReaderGone;

    /// <summary>Takes the script block; nothing runs yet.</summary>
    public ScriptContent(PSCmdlet cmdlet, ScriptBlock script, CancellationToken stop)
    {
        _cmdlet = cmdlet;
        _script = script;
        _stop = stop;
        Reader = _pipe.Reader.AsStream(leaveOpen: true);
    }

    /// <summary>For the worker that reads.</summary>
    public Stream Reader { get; }

    /// <summary>Runs the script block to its end. What it throws is thrown, and the reader learns that it failed.</summary>
    public void Produce()
    {
        try
        {
            _cmdlet.InvokeCommand.InvokeScript(useLocalScope: true, ScriptBlock.Create(Glue), input: null, _script, this);
            Flush();
            _pipe.Writer.Complete();
        }
        catch (Exception exception)
        {
            _pipe.Writer.Complete(new IOException($"The script block failed. {exception.Message}", exception));
            if (!_isReaderGone)
            {
                throw;
            }

            // The reader has failed before, and its error is the one that counts.
        }
    }

    /// <summary>Takes an object of the script block's output.</summary>
    public void Write(object? value)
    {
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case null:
                break;
            case byte[] bytes:
                Append(bytes);
                break;
            case byte one:
                Append([one]);
                break;
            case var other:
                Append(Encoding.UTF8.GetBytes($"{LanguagePrimitives.ConvertTo<string>(other)}\n"));
                break;
        }
    }

    /// <summary>Says that nobody reads any more.</summary>
    public void EndReading()
    {
        _isReaderGone = true;
        _pipe.Reader.Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => Reader.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        System.Buffers.BuffersExtensions.Write(_pipe.Writer, bytes);
        _unflushed += bytes.Length;
        if (_unflushed >= FlushAt)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _unflushed = 0;
        FlushResult result = _pipe.Writer.FlushAsync(_stop).AsTask().GetAwaiter().GetResult();
        if (result.IsCompleted)
        {
            throw new IOException("The backup has ended before the script block did.");
        }
    }
}
