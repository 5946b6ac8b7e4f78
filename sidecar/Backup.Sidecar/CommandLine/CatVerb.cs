using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Prints an object of the repository.</summary>
internal sealed class CatVerb : Verb
{
    private static readonly Dictionary<string, CatKind> Kinds = new()
    {
        ["config"] = CatKind.Config,
        ["masterkey"] = CatKind.MasterKey,
        ["snapshot"] = CatKind.Snapshot,
        ["index"] = CatKind.Index,
        ["key"] = CatKind.Key,
        ["lock"] = CatKind.Lock,
        ["tree"] = CatKind.Tree,
        ["blob"] = CatKind.Blob,
        ["pack"] = CatKind.Pack,
    };

    private readonly Argument<string> _kind = new("kind")
    {
        Description = "config, snapshot, tree, blob, pack, index, key, lock or masterkey",
        HelpName = "KIND",
    };

    private readonly Argument<string?> _id = new("id")
    {
        Description = "Its id, or the beginning; for a tree SNAPSHOT[:PATH]; for config and masterkey nothing",
        HelpName = "ID",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: true);

    public CatVerb(VerbContext context)
        : base(context, "cat", "Print an object of the repository as it is: documents as JSON, blobs and packs as bytes.")
    {
        _kind.AcceptOnlyFromAmong([.. Kinds.Keys]);
        Arguments.Add(_kind);
        Arguments.Add(_id);
        Add(_filter.All);
        Examples =
        [
            ("cat config", "tells whether there is a repository (exit code 10 if not), and of which version"),
            ("cat tree latest:/etc", "prints the tree of a folder"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        CatKind kind = Kinds[run.Value(_kind) ?? ""];
        string id = run.Value(_id) ?? "";
        bool isOnly = kind is CatKind.Config or CatKind.MasterKey;
        if ((id.Length == 0) != isOnly)
        {
            throw new UsageException(id.Length == 0 ? "Which one? Write its id behind." : "There is only one: leave the id out.");
        }

        await using Repository repository = await run.OpenAsync();
        await run.Out.FlushAsync();
        await repository.CatAsync(
            new CatOptions { Kind = kind, Id = id, Filter = _filter.Of(run) }, run.Terminal.Output, run.Token);
        return ExitCodes.Done;
    }
}
