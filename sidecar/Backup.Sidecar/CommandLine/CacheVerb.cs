using System.CommandLine;
using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Lists what is cached of distant repositories, and removes what nobody uses.</summary>
internal sealed class CacheVerb : Verb
{
    private const int DefaultMaxAgeInDays = 30;

    private readonly Flag _cleanup = new("--cleanup") { Description = "Remove the caches that are old" };

    private readonly Option<int> _maxAge = new("--max-age")
    {
        Description = $"After how many days without use a cache is old (default {DefaultMaxAgeInDays})",
        HelpName = "days",
        DefaultValueFactory = _ => DefaultMaxAgeInDays,
    };

    private readonly Flag _noSize = new("--no-size") { Description = "Don't count sizes" };

    public CacheVerb(VerbContext context)
        : base(context, "cache", "List the local caches of distant repositories, and remove those that nobody uses.")
    {
        Add(_cleanup, _maxAge, _noSize);
        Examples =
        [
            ("cache", "shows which repositories are cached, and how much"),
            ("cache --cleanup --max-age 7", "removes caches that were not used for a week"),
        ];
    }

    protected override Task<int> RunAsync(VerbRun run)
    {
        string folder = run.CacheFolder
            ?? throw new UsageException("There is no folder for caches. Name one with --cache-dir, or set BACKUP_CACHE_DIR.");
        int days = run.Value(_maxAge);
        if (days < 0)
        {
            throw new UsageException("--max-age is a number of days from 0.");
        }

        DateTimeOffset since = run.Session.Time.GetUtcNow() - TimeSpan.FromDays(days);
        if (run.Value(_cleanup))
        {
            Tell(run, folder, Repository.RemoveUnusedCaches(folder, since), since, isRemoval: true);
        }
        else
        {
            Tell(run, folder, Repository.ListCaches(folder, withSizes: !run.Value(_noSize)), since, isRemoval: false);
        }

        return Task.FromResult(ExitCodes.Done);
    }

    private static void Tell(VerbRun run, string folder, IReadOnlyList<CacheInfo> caches, DateTimeOffset since, bool isRemoval)
    {
        if (run.IsJson)
        {
            WriteJson(run, caches, since, isRemoval);
            return;
        }

        if (caches.Count == 0)
        {
            run.Say(isRemoval ? $"no cache in {Printable.Name(folder)} is old" : $"there are no caches in {Printable.Name(folder)}");
            return;
        }

        var table = new TextTable("Repository", "Last used", "Old", "Size");
        foreach (CacheInfo cache in caches)
        {
            table.Add(
                [cache.RepositoryId[..10]],
                [cache.LastUsed.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)],
                [cache.LastUsed < since ? "yes" : ""],
                [cache.SizeInBytes is long size ? SizeText.Format(size) : ""]);
        }

        table.Write(run.Out, spaceRows: false);
        run.Say(isRemoval
            ? $"removed {caches.Count} of the caches in {Printable.Name(folder)}"
            : $"{caches.Count} caches in {Printable.Name(folder)}");
    }

    private static void WriteJson(VerbRun run, IReadOnlyList<CacheInfo> caches, DateTimeOffset since, bool isRemoval)
    {
        using JsonOutput json = run.OpenJson();
        json.Document(writer =>
        {
            writer.WriteStartArray();
            foreach (CacheInfo cache in caches)
            {
                writer.WriteStartObject();
                writer.WriteString("repository_id", cache.RepositoryId);
                writer.WriteTime("last_used", Timestamp.From(cache.LastUsed));
                writer.WriteBoolean("old", cache.LastUsed < since);
                if (cache.SizeInBytes is long size)
                {
                    writer.WriteNumber("size", size);
                }

                writer.WriteBoolean("removed", isRemoval);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
