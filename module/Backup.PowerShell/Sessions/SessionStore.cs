using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Backup.PowerShell.Output;

namespace Backup.PowerShell.Sessions;

/// <summary>The connections of one runspace, and which of them is meant when none is named. Not thread-safe: a runspace isn't.</summary>
internal sealed class SessionStore
{
    private static readonly ConditionalWeakTable<Runspace, SessionStore> OfRunspaces = [];
    private static readonly SessionStore OfNobody = new();

    private readonly List<BackupRepository> _connections = [];

    /// <summary>That of the runspace that runs on this thread.</summary>
    public static SessionStore Current => Runspace.DefaultRunspace is { } runspace
        ? OfRunspaces.GetValue(runspace, static _ => new SessionStore())
        : OfNobody;

    /// <summary>The connection that is meant when none is named.</summary>
    public BackupRepository? Default { get; private set; }

    /// <summary>What is open, oldest first.</summary>
    public IReadOnlyList<BackupRepository> Connections
    {
        get
        {
            _connections.RemoveAll(each => !each.IsConnected); // somebody disposed it, or another runspace closed it
            return _connections;
        }
    }

    /// <summary>Adds a connection.</summary>
    public void Add(BackupRepository connection, bool asDefault)
    {
        _connections.Add(connection);
        if (asDefault)
        {
            Default = connection;
        }
    }

    /// <summary>Finds an open connection: the default one if it is that, else the newest.</summary>
    /// <param name="name">A name or a location.</param>
    public BackupRepository? Find(string name) =>
        Default is { IsConnected: true } && IsCalled(Default, name) ? Default : Connections.LastOrDefault(each => IsCalled(each, name));

    /// <summary>Closes a connection.</summary>
    public void Close(BackupRepository connection)
    {
        connection.Dispose();
        _connections.Remove(connection);
        if (Default == connection)
        {
            Default = null;
        }
    }

    /// <summary>Closes all.</summary>
    public void CloseAll()
    {
        foreach (BackupRepository connection in _connections.ToList())
        {
            Close(connection);
        }
    }

    private static bool IsCalled(BackupRepository connection, string name) =>
        string.Equals(connection.Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(connection.Location, name, StringComparison.Ordinal);
}
