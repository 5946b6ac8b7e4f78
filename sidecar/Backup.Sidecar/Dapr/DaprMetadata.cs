namespace Backup.Sidecar.Dapr;

/// <summary>What daprd tells about itself. Components come and go while it runs.</summary>
/// <param name="Id">The app-id.</param>
/// <param name="RuntimeVersion">Such as <c>1.18.3</c>.</param>
/// <param name="Components">What is loaded.</param>
internal sealed record DaprMetadata(string Id, string RuntimeVersion, IReadOnlyList<DaprComponent> Components)
{
    /// <summary>The component of a name; null if there is none.</summary>
    public DaprComponent? Find(string name) => Components.FirstOrDefault(component => component.Name == name);
}
