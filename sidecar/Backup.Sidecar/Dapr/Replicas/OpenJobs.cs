namespace Backup.Sidecar.Dapr.Replicas;

/// <summary>
/// The ids of a replica's jobs that are not over, where others find them: Dapr can't list keys. They stand in sixteen documents by
/// their first digit. What comes while one is being written is written together next.
/// </summary>
internal sealed class OpenJobs(StateTexts texts, string replica)
{
    private const string Digits = "0123456789abcdef";

    private readonly Shard[] _shards = [.. Digits.Select(digit => new Shard(texts, KeyOf(replica, digit)))];

    /// <summary>Adds a job; done when it is stored.</summary>
    /// <returns>Whether it was not there yet.</returns>
    public Task<bool> AddAsync(string id) => ShardOf(id).ChangeAsync(id, isThere: true);

    /// <summary>Removes a job some time soon. One that stays by mistake is looked at by the next start.</summary>
    public void Remove(string id) => _ = ShardOf(id).ChangeAsync(id, isThere: false);

    /// <summary>The jobs of some replica.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(StateTexts texts, string replica, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(Digits.Select(digit => texts.ReadAsync(KeyOf(replica, digit), cancellationToken)))).SelectMany(ids => ids)];

    /// <summary>Removes jobs of some replica.</summary>
    public static Task RemoveAsync(StateTexts texts, string replica, IEnumerable<string> ids, CancellationToken cancellationToken) => Task.WhenAll(
        ids.GroupBy(id => id[0]).Select(group => texts.ChangeAsync(KeyOf(replica, group.Key), lines => lines.ExceptWith(group), cancellationToken)));

    private static string KeyOf(string replica, char digit) => $"backup-open-{replica}-{digit}";

    private Shard ShardOf(string id) => _shards[Digits.IndexOf(id[0], StringComparison.Ordinal)];

    private sealed class Shard(StateTexts texts, string key)
    {
        private readonly Lock _gate = new();
        private List<Change> _waiting = [];
        private bool _isBusy;

        public Task<bool> ChangeAsync(string id, bool isThere)
        {
            var change = new Change(id, isThere);
            lock (_gate)
            {
                _waiting.Add(change);
                if (!_isBusy)
                {
                    _isBusy = true;
                    _ = Task.Run(WriteAsync);
                }
            }

            return change.Done.Task;
        }

        private async Task WriteAsync()
        {
            while (Next() is { } changes)
            {
                try
                {
                    await texts.ChangeAsync(key, lines => changes.ForEach(change => change.Apply(lines)), CancellationToken.None);
                    changes.ForEach(change => change.Done.SetResult(change.IsNew));
                }
                catch (Exception exception)
                {
                    // Whoever waits for one of them hears it; nobody waits for a removal.
                    changes.ForEach(change => change.Done.SetException(exception));
                }
            }
        }

        private List<Change>? Next()
        {
            lock (_gate)
            {
                List<Change> changes = _waiting;
                _waiting = [];
                _isBusy = changes.Count > 0;
                return _isBusy ? changes : null;
            }
        }
    }

    private sealed class Change(string id, bool isThere)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsNew { get; private set; }

        public void Apply(HashSet<string> lines) => IsNew = isThere ? lines.Add(id) : lines.Remove(id);
    }
}
