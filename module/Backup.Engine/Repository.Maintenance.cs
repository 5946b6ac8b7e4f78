using Backup.Engine.Maintenance;
using Backup.Engine.Maintenance.Pruning;
using Backup.Engine.Repositories;

namespace Backup.Engine;

/// <content>Keeping a repository healthy: what its owner does to it after the first backup.</content>
public sealed partial class Repository
{
    /// <summary>Looks for damage. Faults are in the report, never thrown.</summary>
    public Task<CheckReport> CheckAsync(
        CheckOptions options, IProgress<CheckProgress>? progress, CancellationToken cancellationToken) =>
        new RepositoryChecker(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Copies snapshots from another repository, whatever its password, version and chunker parameters.</summary>
    /// <exception cref="SnapshotNotFoundException">The other one has no such snapshot.</exception>
    /// <exception cref="RepositoryDamagedException">A snapshot is damaged there; what was copied before is complete.</exception>
    /// <exception cref="ArgumentException">Both are the same repository.</exception>
    public Task<CopySummary> CopyFromAsync(
        Repository source, CopyOptions options, IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new RepositoryCopier(source._opened, _opened, options, progress).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Copies all snapshots of another repository that are not here yet. In a replica (see <see cref="CreateReplicaAsync"/>)
    /// they keep their ids, else each copy names the first id of its snapshot as its original.
    /// </summary>
    /// <exception cref="ForgetRefusedException">Snapshots were to be removed, but the other repository has none.</exception>
    /// <exception cref="ArgumentException">Snapshots were to be removed, but this is no replica; or both are the same repository.</exception>
    /// <inheritdoc cref="CopyFromAsync"/>
    public Task<CopySummary> ReplicateFromAsync(
        Repository source, ReplicateOptions options, IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        var copy = new CopyOptions { DryRun = options.DryRun, SnapshotDone = options.SnapshotDone };
        return new RepositoryCopier(source._opened, _opened, copy, progress).ReplicateAsync(options.Delete, cancellationToken);
    }

    /// <summary>The changes of format that can be applied to this repository: <c>upgrade_repo_v2</c>, or none.</summary>
    public IReadOnlyList<string> Migrations => Config.Version == 1 ? [FormatUpgrader.Name] : [];

    /// <summary>Changes the repository's format, after a check: see <see cref="Migrations"/>.</summary>
    /// <returns>False if there was nothing to change.</returns>
    /// <exception cref="ArgumentException">There is no such change.</exception>
    /// <exception cref="RepositoryDamagedException">The check found errors; nothing was changed.</exception>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository.</exception>
    public Task<bool> MigrateAsync(string migration, IProgress<CheckProgress>? progress, CancellationToken cancellationToken) =>
        migration == FormatUpgrader.Name
            ? new FormatUpgrader(_opened, progress).RunAsync(cancellationToken)
            : throw new ArgumentException($"There is no migration «{migration}»; {FormatUpgrader.Name} is the one there is.", nameof(migration));

    /// <summary>Puts what no snapshot leads to into a new one: for when snapshots were lost.</summary>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository.</exception>
    public Task<RecoverSummary> RecoverAsync(
        RecoverOptions options, IProgress<RepairProgress>? progress, CancellationToken cancellationToken) =>
        new OrphanRecoverer(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>
    /// Writes a new config where it was lost or damaged, so that the repository can be opened again. Nothing that is stored
    /// needs the old one; without <see cref="RepositoryOptions.ChunkerPolynomial"/> files are cut at other places from then on.
    /// </summary>
    /// <returns>False if the config is sound. Nothing was changed then.</returns>
    /// <exception cref="RepositoryDamagedException">There are no keys, or none that the password opens but damaged ones.</exception>
    /// <exception cref="PasswordIncorrectException">The password opens none of its keys.</exception>
    public static Task<bool> RepairConfigAsync(RepositoryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ConfigRepairer(options).RunAsync(cancellationToken);
    }

    /// <summary>Makes the index say what is in the packs that there are.</summary>
    /// <exception cref="RepositoryDamagedException">Not one of the packs that it lists is there. Nothing was changed.</exception>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository.</exception>
    public Task<RepairIndexSummary> RepairIndexAsync(
        RepairIndexOptions options, IProgress<RepairProgress>? progress, CancellationToken cancellationToken) =>
        new IndexRepairer(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Saves what is sound of damaged packs, and removes them.</summary>
    /// <exception cref="ItemNotFoundException">There is no such pack.</exception>
    /// <exception cref="ArgumentException">No pack is named, or several begin with an id.</exception>
    /// <exception cref="RepositoryDamagedException">The index has to be repaired first.</exception>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository.</exception>
    public Task<RepairPacksSummary> RepairPacksAsync(
        RepairPacksOptions options, IProgress<RepairProgress>? progress, CancellationToken cancellationToken) =>
        new PackRepairer(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Replaces snapshots that have lost something by ones with what is left.</summary>
    /// <exception cref="SnapshotNotFoundException">There is no such snapshot.</exception>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository.</exception>
    public Task<RepairSnapshotsSummary> RepairSnapshotsAsync(
        RepairSnapshotsOptions options, IProgress<RepairProgress>? progress, CancellationToken cancellationToken) =>
        new SnapshotRepairer(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>
    /// Removes snapshots: those that are named, or those that a policy does not keep. Their data stays until it is pruned.
    /// </summary>
    /// <exception cref="ArgumentException">Neither snapshots nor a policy are given, or everything would be removed.</exception>
    /// <exception cref="ForgetRefusedException">The policy keeps nothing of a group. Nothing was removed.</exception>
    /// <exception cref="SnapshotNotFoundException">One that was named is not there. Nothing was removed.</exception>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository.</exception>
    public Task<ForgetResult> ForgetAsync(ForgetOptions options, CancellationToken cancellationToken) =>
        ForgetAsync(options, null, cancellationToken);

    /// <inheritdoc cref="ForgetAsync(ForgetOptions, CancellationToken)"/>
    public Task<ForgetResult> ForgetAsync(
        ForgetOptions options, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken) =>
        new SnapshotForgetter(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Changes the tags of snapshots. Each gets a new id, and <see cref="Snapshot.Original"/> has its first one.</summary>
    /// <exception cref="ArgumentException">The options say nothing, or contradict each other.</exception>
    /// <exception cref="SnapshotNotFoundException">One that was named is not there. Nothing was changed.</exception>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository.</exception>
    public Task<SnapshotChanges> TagAsync(TagOptions options, CancellationToken cancellationToken) =>
        TagAsync(options, null, cancellationToken);

    /// <inheritdoc cref="TagAsync(TagOptions, CancellationToken)"/>
    public Task<SnapshotChanges> TagAsync(
        TagOptions options, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken) =>
        new SnapshotTagger(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Removes what no snapshot needs. Nothing is removed if anything that snapshots need can't be read.</summary>
    /// <exception cref="ArgumentException">The options don't go together, or not with the repository.</exception>
    /// <exception cref="RepositoryDamagedException">A snapshot, tree or index can't be read, or something is missing.</exception>
    /// <exception cref="RepositoryLockedException">Somebody else works on the repository.</exception>
    public Task<PruneResult> PruneAsync(
        PruneOptions options, IProgress<PruneProgress>? progress, CancellationToken cancellationToken) =>
        new Pruner(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Finds out which hosts, paths, tags or snapshots need how much space, and why space is not free yet.</summary>
    /// <exception cref="SnapshotNotFoundException">One that was named is not there.</exception>
    /// <exception cref="RepositoryDamagedException">A snapshot, tree or index can't be read, or something is missing.</exception>
    public Task<UsageReport> UsageAsync(
        UsageOptions options, IProgress<UsageProgress>? progress, CancellationToken cancellationToken) =>
        new UsageCounter(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Makes snapshots anew with less in them, or with another host or time. Nothing is lost until they are pruned.</summary>
    /// <exception cref="ArgumentException">The options say nothing, or contradict each other.</exception>
    /// <exception cref="SnapshotNotFoundException">One that was named is not there. Nothing was changed.</exception>
    /// <exception cref="RewriteRefusedException">A tree would lose what this version does not know. Nothing was changed.</exception>
    /// <exception cref="RepositoryDamagedException">A tree can't be read. Nothing was changed.</exception>
    public Task<SnapshotChanges> RewriteAsync(RewriteOptions options, CancellationToken cancellationToken) =>
        RewriteAsync(options, null, cancellationToken);

    /// <inheritdoc cref="RewriteAsync(RewriteOptions, CancellationToken)"/>
    public Task<SnapshotChanges> RewriteAsync(
        RewriteOptions options, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken) =>
        new SnapshotRewriter(_opened, options, progress).RunAsync(cancellationToken);

    /// <summary>Removes locks that others left behind.</summary>
    /// <param name="removeAll">All locks, even those in use; else only those that are stale.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed.</returns>
    public Task<int> UnlockAsync(bool removeAll, CancellationToken cancellationToken) =>
        RepositoryLock.UnlockAsync(_opened, LockIdentity.ForLocks(), _opened.Time, removeAll, cancellationToken);

    /// <summary>Lists the keys, damaged ones too.</summary>
    public Task<IReadOnlyList<KeyInfo>> ListKeysAsync(CancellationToken cancellationToken) =>
        new KeyRing(_opened).ListAsync(cancellationToken);

    /// <summary>Adds a password.</summary>
    /// <param name="newPassword">In UTF-8; the caller clears it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new key's id.</returns>
    public Task<Digest> AddKeyAsync(ReadOnlyMemory<byte> newPassword, CancellationToken cancellationToken) =>
        AddKeyAsync(newPassword, new KeyOwner(), cancellationToken);

    /// <summary>Adds a password.</summary>
    /// <param name="newPassword">In UTF-8; the caller clears it.</param>
    /// <param name="owner">Whom the key names.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new key's id.</returns>
    public Task<Digest> AddKeyAsync(ReadOnlyMemory<byte> newPassword, KeyOwner owner, CancellationToken cancellationToken) =>
        new KeyRing(_opened).AddAsync(newPassword, owner, cancellationToken);

    /// <summary>Removes a password.</summary>
    /// <param name="key">The key's id, or the beginning of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The id of the key that was removed.</returns>
    /// <exception cref="ItemNotFoundException">There is no such key.</exception>
    /// <exception cref="ArgumentException">There are several, or it is the one that the repository was opened with.</exception>
    public Task<Digest> RemoveKeyAsync(string key, CancellationToken cancellationToken) =>
        new KeyRing(_opened).RemoveAsync(key, cancellationToken);

    /// <summary>Replaces the password that the repository was opened with.</summary>
    /// <param name="newPassword">In UTF-8; the caller clears it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new key's id.</returns>
    public Task<Digest> ChangePasswordAsync(ReadOnlyMemory<byte> newPassword, CancellationToken cancellationToken) =>
        ChangePasswordAsync(newPassword, new KeyOwner(), cancellationToken);

    /// <summary>Replaces the password that the repository was opened with.</summary>
    /// <param name="newPassword">In UTF-8; the caller clears it.</param>
    /// <param name="owner">Whom the key names.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new key's id.</returns>
    public Task<Digest> ChangePasswordAsync(ReadOnlyMemory<byte> newPassword, KeyOwner owner, CancellationToken cancellationToken) =>
        new KeyRing(_opened).ChangePasswordAsync(newPassword, owner, cancellationToken);
}
