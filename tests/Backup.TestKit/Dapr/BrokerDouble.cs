namespace Backup.TestKit.Dapr;

/// <summary>
/// A message broker and the pub/sub component in front of it. Those of one app-id compete for a topic's messages; each app-id
/// gets all of them, from the topic's beginning. Share one between several <see cref="DaprDouble"/>s to have replicas.
/// </summary>
public sealed class BrokerDouble
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<byte[]>> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Group, string Topic), Group> _groups = [];
    private readonly List<Delivery> _deliveries = [];
    private readonly List<TaskCompletionSource> _idle = [];
    private readonly List<PublishedWait> _waits = [];

    /// <summary>What happens after a failure without a dead letter topic.</summary>
    public BrokerMode Mode { get; init; } = BrokerMode.AckOnError;

    /// <summary>Such as <c>pubsub.redis</c>.</summary>
    public string Type { get; init; } = "pubsub.redis";

    /// <summary>Whether the broker has a TTL of its own; else daprd writes an expiration into the envelope.</summary>
    public bool HasTtl { get; init; }

    /// <summary>How many messages a member takes at once.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>How often a message is brought before the broker gives it up, in <see cref="BrokerMode.Redeliver"/>.</summary>
    public int MaxDeliveries { get; init; } = 10;

    /// <summary>How many copies more of each message are brought, at the same time: what redelivery during a long handler looks like.</summary>
    public int Duplicates { get; set; }

    /// <summary>The topics that may be published to, by app-id; null for all: the component's publishingScopes.</summary>
    public Func<string, string, bool>? MayPublish { get; set; }

    /// <summary>Whether publishing fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>All deliveries so far, in the order of their end.</summary>
    public IReadOnlyList<Delivery> Deliveries
    {
        get
        {
            lock (_gate)
            {
                return [.. _deliveries];
            }
        }
    }

    /// <summary>Everything that was published to a topic.</summary>
    public IReadOnlyList<byte[]> Messages(string topic)
    {
        lock (_gate)
        {
            return _topics.TryGetValue(topic, out List<byte[]>? messages) ? [.. messages] : [];
        }
    }

    /// <summary>Puts a message into a topic as it is, as somebody would who is not daprd.</summary>
    public void Publish(string topic, byte[] data)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(topic, out List<byte[]>? messages))
            {
                _topics[topic] = messages = [];
            }

            messages.Add(data);
            _waits.RemoveAll(wait => wait.Topic == topic && wait.IsOver(_topics));
            foreach (Group group in _groups.Values.Where(group => group.Topic == topic))
            {
                Enqueue(group, data);
            }
        }

        Pump();
    }

    /// <summary>Waits until a topic has messages of a kind.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="isEnough">Looks at all that was published to it, now and after each further one.</param>
    public Task WhenPublishedAsync(string topic, Func<IReadOnlyList<byte[]>, bool> isEnough)
    {
        ArgumentNullException.ThrowIfNull(isEnough);
        var wait = new PublishedWait(topic, isEnough, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (!wait.IsOver(_topics))
            {
                _waits.Add(wait);
            }
        }

        return wait.Done.Task;
    }

    /// <summary>Waits until nothing is being delivered, and nothing could be.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (IsIdle)
            {
                return Task.CompletedTask;
            }

            var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _idle.Add(idle);
            return idle.Task;
        }
    }

    internal void Join(BrokerMember member)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue((member.Group, member.Topic), out Group? group))
            {
                _groups[(member.Group, member.Topic)] = group = new Group(member.Topic);
                foreach (byte[] data in _topics.GetValueOrDefault(member.Topic) ?? [])
                {
                    Enqueue(group, data);
                }
            }

            group.Members.Add(member);
        }

        Pump();
    }

    /// <summary>A daprd goes away; what it was delivering is brought to others.</summary>
    internal void Leave(object owner)
    {
        var gone = new List<BrokerMember>();
        lock (_gate)
        {
            foreach (Group group in _groups.Values)
            {
                gone.AddRange(group.Members.Where(member => member.Owner == owner));
                group.Members.RemoveAll(member => member.Owner == owner);
            }
        }

        gone.ForEach(member => member.Gone.Cancel());
        Pump();
    }

    private bool IsIdle => _groups.Values.All(group => group.Running == 0 && (group.Queue.Count == 0 || group.Members.Count == 0));

    private void Enqueue(Group group, byte[] data)
    {
        for (int copy = 0; copy <= Duplicates; copy++)
        {
            group.Queue.AddLast(new BrokerMessage(group.Topic, data));
        }
    }

    private void Pump()
    {
        var idle = new List<TaskCompletionSource>();
        lock (_gate)
        {
            foreach (Group group in _groups.Values)
            {
                while (group.Queue.Count > 0 && group.Members.Count > 0 && group.Running < Concurrency * group.Members.Count)
                {
                    Start(group);
                }
            }

            if (IsIdle)
            {
                idle.AddRange(_idle);
                _idle.Clear();
            }
        }

        idle.ForEach(one => one.TrySetResult());
    }

    private void Start(Group group)
    {
        BrokerMember member = group.Members[group.Next++ % group.Members.Count];
        var batch = new List<BrokerMessage>();
        while (batch.Count < member.MaxBatch && group.Queue.First is { } first)
        {
            batch.Add(first.Value);
            group.Queue.RemoveFirst();
        }

        group.Running++;
        _ = Task.Run(() => RunAsync(group, member, batch));
    }

    private async Task RunAsync(Group group, BrokerMember member, List<BrokerMessage> batch)
    {
        IReadOnlyList<Delivery>? outcomes = null;
        try
        {
            outcomes = await member.Deliver(batch, member.Gone.Token);
        }
        catch (OperationCanceledException) when (member.Gone.IsCancellationRequested)
        {
            // never acknowledged: the messages go back below
        }

        lock (_gate)
        {
            group.Running--;
            for (int i = batch.Count - 1; i >= 0; i--)
            {
                if (outcomes is null)
                {
                    group.Queue.AddFirst(batch[i]);
                }
            }

            for (int i = 0; i < outcomes?.Count; i++)
            {
                Conclude(group, batch[i], outcomes[i]);
            }
        }

        Pump();
    }

    private void Conclude(Group group, BrokerMessage message, Delivery delivery)
    {
        bool failed = delivery.Outcome == DeliveryOutcome.Failed;
        bool again = failed && Mode == BrokerMode.Redeliver && message.Deliveries + 1 < MaxDeliveries;
        _deliveries.Add(failed && !again ? delivery with { Outcome = DeliveryOutcome.Lost } : delivery);
        if (again)
        {
            group.Queue.AddLast(message with { Deliveries = message.Deliveries + 1 });
        }
    }

    private sealed record PublishedWait(string Topic, Func<IReadOnlyList<byte[]>, bool> IsEnough, TaskCompletionSource Done)
    {
        public bool IsOver(Dictionary<string, List<byte[]>> topics)
        {
            bool isOver = IsEnough(topics.GetValueOrDefault(Topic) ?? []);
            return isOver && Done.TrySetResult();
        }
    }

    private sealed class Group(string topic)
    {
        public string Topic { get; } = topic;

        public List<BrokerMember> Members { get; } = [];

        public LinkedList<BrokerMessage> Queue { get; } = [];

        public int Running { get; set; }

        public int Next { get; set; }
    }
}
