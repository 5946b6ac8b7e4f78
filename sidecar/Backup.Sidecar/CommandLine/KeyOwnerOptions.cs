using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say whom a new key names.</summary>
internal sealed class KeyOwnerOptions
{
    private readonly Option<string?> _host = new("--host") { Description = "The host that the key names (default: this one)", HelpName = "host" };

    private readonly Option<string?> _user = new("--user") { Description = "The user that the key names (default: you)", HelpName = "user" };

    public Option[] All => [_host, _user];

    public KeyOwner Of(VerbRun run) => new(run.Value(_host), run.Value(_user));
}
