using System.Security.Cryptography;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>Objects behind an output binding: each in an envelope, by which it is known whatever the component did to it.</summary>
internal sealed class BindingObjects(IDaprClient client, string component, BindingDialect dialect)
{
    private volatile bool _wantsBase64;

    /// <summary>How the component is talked to.</summary>
    public BindingDialect Dialect { get; } = dialect;

    /// <summary>Stores an object, over what may be there.</summary>
    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] bytes = ObjectEnvelope.Seal(content.Span);
        return InvokeAsync("create", name, _wantsBase64 ? ObjectEnvelope.ToBase64(bytes) : bytes, Dialect.CreateMetadata, cancellationToken);
    }

    /// <summary>Reads an object; null if there is none, or not the whole of one.</summary>
    public async Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            BindingResponse response = await InvokeAsync("get", name, default, Dialect.GetMetadata, cancellationToken);
            return ObjectEnvelope.TryOpen(response.Data);
        }
        catch (DaprException exception) when (exception.IsMissingObject)
        {
            return null;
        }
    }

    /// <summary>Removes an object that may be there.</summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await InvokeAsync("delete", name, default, [], cancellationToken);
        }
        catch (DaprException exception) when (exception.IsMissingObject)
        {
            // That is what was wanted.
        }
    }

    /// <summary>Asks for a listing.</summary>
    /// <param name="directory">The directory, for components that list those; null for others.</param>
    /// <param name="query">What the component wants as data.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ReadOnlyMemory<byte>> ListAsync(string? directory, ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        var request = new BindingRequest(component, "list")
        {
            Data = query,
            Metadata = directory is null ? new Dictionary<string, string>() : new() { [Dialect.NameKey] = directory },
        };
        return (await client.InvokeBindingAsync(request, cancellationToken)).Data;
    }

    /// <summary>
    /// Writes an object and reads it back: does the component keep bytes, or decode base64 whether it is any or not? Nothing
    /// but trying tells.
    /// </summary>
    /// <exception cref="DaprException">Nothing that was written comes back.</exception>
    public async Task ProbeAsync(string name, CancellationToken cancellationToken)
    {
        byte[] content = RandomNumberGenerator.GetBytes(32);
        if (await TryRoundTripAsync(name, content, cancellationToken) is { } refusal)
        {
            _wantsBase64 = true;
            if (await TryRoundTripAsync(name, content, cancellationToken) is not null)
            {
                throw refusal;
            }
        }

        await DeleteAsync(name, cancellationToken);
    }

    private async Task<DaprException?> TryRoundTripAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(name, content, cancellationToken);
            return await GetAsync(name, cancellationToken) is { } read && read.Span.SequenceEqual(content)
                ? null
                : new DaprException($"What is written through the binding {component} is not what is read back: it can't hold a repository.");
        }
        catch (DaprException exception) when (exception.IsBase64Expected)
        {
            return exception;
        }
    }

    private Task<BindingResponse> InvokeAsync(
        string operation, string name, ReadOnlyMemory<byte> data, Dictionary<string, string> more, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>(more) { [Dialect.NameKey] = name };
        return client.InvokeBindingAsync(new BindingRequest(component, operation) { Data = data, Metadata = metadata }, cancellationToken);
    }
}
