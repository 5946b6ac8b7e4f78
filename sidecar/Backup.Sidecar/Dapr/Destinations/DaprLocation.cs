using Backup.Engine;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// Locations that are reached through Dapr: <c>dapr:BINDING[/PATH]</c>, <c>daprstate:STORE[/NAME]</c>. The engine doesn't know
/// them; it is given the backend.
/// </summary>
internal static class DaprLocation
{
    private const string BindingScheme = "dapr:";
    private const string StateScheme = "daprstate:";
    private const string DefaultName = "repository";

    /// <summary>Whether a location is one.</summary>
    public static bool Is(string location) =>
        location.StartsWith(BindingScheme, StringComparison.Ordinal) || location.StartsWith(StateScheme, StringComparison.Ordinal);

    /// <summary>Opens the backend of one. Nothing is connected yet.</summary>
    /// <param name="location">For which <see cref="Is"/> is true.</param>
    /// <param name="client">Dapr.</param>
    /// <param name="disposesClient">Whether the client ends together with the backend.</param>
    /// <exception cref="ArgumentException">It makes no sense.</exception>
    public static IBackend Open(string location, IDaprClient client, bool disposesClient = false)
    {
        bool isState = location.StartsWith(StateScheme, StringComparison.Ordinal);
        string place = location[(isState ? StateScheme : BindingScheme).Length..];
        int slash = place.IndexOf('/', StringComparison.Ordinal);
        string component = slash < 0 ? place : place[..slash];
        string path = slash < 0 ? "" : place[(slash + 1)..].Trim('/');
        if (component.Length == 0)
        {
            throw new ArgumentException($"The location «{location}» names no component of Dapr.", nameof(location));
        }

        if (path.Length > 0 && !path.Split('/').All(IsName))
        {
            throw new ArgumentException(
                $"The location «{location}» has a path with other things than small letters, digits, «-», «_» and «.», or with «.» or «..».",
                nameof(location));
        }

        return isState
            ? new StateBackend(client, component, path.Length == 0 ? DefaultName : path, disposesClient: disposesClient)
            : new BindingBackend(client, component, path, disposesClient: disposesClient);
    }

    /// <summary>What all stores take in a name.</summary>
    private static bool IsName(string name) =>
        name.Length > 0 && name is not ("." or "..") && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
}
