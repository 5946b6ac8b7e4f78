using System.Text;
using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests;

/// <summary>Runs command lines inside of the test: quick, with an environment of its own.</summary>
internal sealed class SidecarInProcess
{
    private readonly Dictionary<string, string> _environment = [];

    /// <summary>Sets a variable of the environment, which is empty otherwise.</summary>
    public string this[string variable]
    {
        set => _environment[variable] = value;
    }

    /// <summary>A session whose output nobody sees.</summary>
    public Session NewSession() => NewSession(Stream.Null, Stream.Null);

    public async Task<SidecarResult> RunAsync(params string[] args)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        Session session = NewSession(output, errors);
        int exitCode = await CommandProcess.RunAsync(session, args);
        await session.Terminal.Out.FlushAsync();
        await session.Terminal.Error.FlushAsync();
        return new SidecarResult(exitCode, output.ToArray(), Encoding.UTF8.GetString(errors.ToArray()));
    }

    private Session NewSession(Stream output, Stream errors) => new()
    {
        Terminal = Terminal.Of(output, errors),
        Settings = new EnvironmentSettings(_environment.GetValueOrDefault),
        Interruption = Interruption.None(),
    };
}
