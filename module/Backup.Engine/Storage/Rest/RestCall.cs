namespace Backup.Engine.Storage.Rest;

/// <summary>A request to a server.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Address">Of what.</param>
/// <param name="Action">What it does, for messages: continues «can't be».</param>
/// <param name="What">To what, for messages: continues «The».</param>
internal sealed record RestCall(HttpMethod Method, Uri Address, string Action, string What)
{
    /// <summary>The bytes to send; null: none.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Whether the server is asked whether it wants the bytes before they are sent.</summary>
    public bool AsksFirst { get; init; }

    /// <summary>The first and the last byte of the part to read; null: all.</summary>
    public (long First, long Last)? Range { get; init; }
}
