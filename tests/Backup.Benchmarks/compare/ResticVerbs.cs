namespace Backup.Benchmarks.Compare;

/// <summary>restic's verbs, which are ours, too.</summary>
/// <param name="prefix">What the program's environment variables begin with.</param>
internal sealed class ResticVerbs(string prefix) : Verbs
{
    public override string[] Init => ["init"];

    public override string[] Forget => ["forget", "--keep-last", "2"];

    public override string[] Prune => ["prune"];

    public override Dictionary<string, string> Environment(string repository, string cache) => new()
    {
        [prefix + "_PASSWORD"] = "benchmark",
        [prefix + "_REPOSITORY"] = repository,
        [prefix + "_CACHE_DIR"] = cache,
    };

    public override string[] Backup(int number, bool force) => force ? ["backup", "--force", "."] : ["backup", "."];

    public override string[] Restore(int number) => ["restore", "latest", "--target", "."];

    public override string[] Check(bool readData) => readData ? ["check", "--read-data"] : ["check"];

    public override string[] List(int number) => ["ls", "latest"];

    public override string[] Find(string pattern) => ["find", pattern];
}
