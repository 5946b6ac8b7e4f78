namespace Backup.TestKit.Dapr;

/// <summary>An input binding, such as cron.</summary>
/// <param name="Name">The component.</param>
public sealed record InputBinding(string Name)
{
    /// <summary>Its route; null: its name.</summary>
    public string? Route { get; init; }

    /// <summary>Whether its direction says input, so that the application is not asked whether it wants it.</summary>
    public bool IsDeclaredInput { get; init; }

    internal string Path => Route?.TrimStart('/') ?? Name;
}
