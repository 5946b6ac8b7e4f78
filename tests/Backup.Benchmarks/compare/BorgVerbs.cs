using System.Globalization;

namespace Backup.Benchmarks.Compare;

/// <summary>borg's verbs, where they do the same.</summary>
internal sealed class BorgVerbs : Verbs
{
    public override string[] Init => ["init", "--encryption", "repokey-blake2"];

    public override string[] Forget => ["prune", "--keep-last", "2"];

    public override string[] Prune => ["compact"];

    public override Dictionary<string, string> Environment(string repository, string cache) => new()
    {
        ["BORG_PASSPHRASE"] = "benchmark",
        ["BORG_REPO"] = repository,
        ["BORG_BASE_DIR"] = cache,
    };

    public override string[] Backup(int number, bool force) =>
        ["create", "--compression", "zstd,3", .. force ? ["--files-cache", "disabled"] : Array.Empty<string>(), Archive(number), "."];

    public override string[] Restore(int number) => ["extract", Archive(number)];

    public override string[] Check(bool readData) => readData ? ["check", "--verify-data"] : ["check"];

    public override string[] List(int number) => ["list", Archive(number)];

    public override string[]? Find(string pattern) => null;

    private static string Archive(int number) => string.Create(CultureInfo.InvariantCulture, $"::archive-{number}");
}
