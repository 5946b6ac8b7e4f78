namespace Backup.Sidecar.Endpoints;

/// <summary>A configured repository. What only the repository itself knows is absent where it was not opened.</summary>
internal sealed record RepositoryDescription(string Name)
{
    /// <summary>Where it is, without secrets.</summary>
    public string? Location { get; init; }

    /// <summary>The id that it was given when it was created.</summary>
    public string? Id { get; init; }

    /// <summary>The version of the format.</summary>
    public int? Version { get; init; }
}
