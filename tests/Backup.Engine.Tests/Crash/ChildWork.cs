using System.Text;
using Backup.Engine.Tests.Interop;

namespace Backup.Engine.Tests.Crash;

/// <summary>What a <see cref="ChildProgram"/> can do with an opened repository.</summary>
internal static class ChildWork
{
    /// <summary>One of the two passwords between which <c>keys</c> changes; the other one is <see cref="Restic.Password"/>.</summary>
    public const string OtherPassword = "another one";

    /// <summary>Cheap to try, so that it is the saving and removing of keys that takes the time.</summary>
    public static readonly ScryptCost KeyCost = new(16, 1, 1);

    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The work that a verb stands for; null if it is none.</summary>
    public static Func<Repository, string[], Task>? Find(string verb) => verb switch
    {
        "prune" => (repository, _) => repository.PruneAsync(new PruneOptions { MaxUnused = UnusedLimit.OfSize(0) }, null, None),
        "prune in two phases" => (repository, _) => repository.PruneAsync(
            new PruneOptions { MaxUnused = UnusedLimit.OfSize(0), TwoPhase = true, Grace = TimeSpan.Zero }, null, None),
        "copy" => CopyAsync,
        "replicate" => ReplicateAsync,
        "recover" => (repository, _) => repository.RecoverAsync(new RecoverOptions { Hostname = "host" }, null, None),
        "migrate" => (repository, _) => repository.MigrateAsync("upgrade_repo_v2", null, None),
        "repair" => RepairAsync,
        "forget" => (repository, _) => repository.ForgetAsync(new ForgetOptions { Policy = new RetentionPolicy { Last = 3 } }, None),
        "tag" => (repository, arguments) => repository.TagAsync(new TagOptions { Set = arguments }, None),
        "rewrite" => (repository, arguments) => repository.RewriteAsync(
            new RewriteOptions { Excludes = arguments, NewHostname = arguments[0], Forget = true }, None),
        "keys" => ChangeKeysAsync,
        _ => null,
    };

    private static async Task CopyAsync(Repository repository, string[] arguments)
    {
        await using Repository source = await Repository.OpenAsync(new OwnEngine(arguments[0]).Options, None);
        await repository.CopyFromAsync(source, new CopyOptions(), null, None);
    }

    private static async Task ReplicateAsync(Repository repository, string[] arguments)
    {
        await using Repository source = await Repository.OpenAsync(new OwnEngine(arguments[0]).Options, None);
        await repository.ReplicateFromAsync(source, new ReplicateOptions { Delete = true }, null, None);
    }

    private static async Task RepairAsync(Repository repository, string[] arguments)
    {
        await repository.RepairIndexAsync(new RepairIndexOptions(), null, None);
        await repository.RepairPacksAsync(new RepairPacksOptions { Packs = arguments }, null, None);
        await repository.RepairSnapshotsAsync(new RepairSnapshotsOptions { Forget = true }, null, None);
    }

    private static async Task ChangeKeysAsync(Repository repository, string[] arguments)
    {
        for (int i = 0; i < 20; i++)
        {
            Digest added = await repository.AddKeyAsync("a third one"u8.ToArray(), None);
            await repository.RemoveKeyAsync(added.ToString(), None);
            await repository.ChangePasswordAsync(Encoding.UTF8.GetBytes(i % 2 == 0 ? OtherPassword : Restic.Password), None);
        }
    }
}
