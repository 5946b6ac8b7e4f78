using System.CommandLine;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// An option without a value. (The library's Boolean options take a following «true» or «false» for theirs, be it a
/// path.)
/// </summary>
internal sealed class Flag : Option<bool>
{
    public Flag(string name, params string[] aliases)
        : base(name, aliases) => Arity = ArgumentArity.Zero;
}
