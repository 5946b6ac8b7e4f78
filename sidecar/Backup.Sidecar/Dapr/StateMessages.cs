namespace Backup.Sidecar.Dapr;

/// <summary>Dapr's gRPC messages about state: field numbers from its runtime/v1 and common/v1 proto files.</summary>
internal static class StateMessages
{
    public static ProtoWriter Get(string store, string key, ConsistencyMode? consistency, IReadOnlyDictionary<string, string>? metadata) =>
        new ProtoWriter().String(1, store).String(2, key).Number(3, (ulong)(consistency ?? 0)).Map(4, metadata);

    public static ProtoWriter GetBulk(
        string store, IReadOnlyList<string> keys, int? parallelism, IReadOnlyDictionary<string, string>? metadata)
    {
        ProtoWriter message = new ProtoWriter().String(1, store);
        foreach (string key in keys)
        {
            message.String(2, key);
        }

        return message.Number(3, (ulong)(parallelism ?? 0)).Map(4, metadata);
    }

    /// <summary>SaveState and DeleteBulkState, which have the same fields.</summary>
    public static ProtoWriter Items(string store, IReadOnlyList<StateWrite> items)
    {
        ProtoWriter message = new ProtoWriter(items.Sum(item => item.Value.Length + item.Key.Length + 100)).String(1, store);
        foreach (StateWrite item in items)
        {
            message.Message(2, inner => Write(inner, item));
        }

        return message;
    }

    public static ProtoWriter Delete(
        string store, string key, string? etag, StateOptions? options, IReadOnlyDictionary<string, string>? metadata)
    {
        ProtoWriter message = new ProtoWriter().String(1, store).String(2, key);
        ETag(message, etag);
        Options(message, 4, options);
        return message.Map(5, metadata);
    }

    public static ProtoWriter Transaction(
        string store, IReadOnlyList<StateWrite> operations, IReadOnlyDictionary<string, string>? metadata)
    {
        ProtoWriter message = new ProtoWriter().String(1, store);
        foreach (StateWrite operation in operations)
        {
            message.Message(2, inner => inner
                .String(1, operation.IsDelete ? "delete" : "upsert")
                .Message(2, request => Write(request, operation)));
        }

        return message.Map(3, metadata);
    }

    public static StateEntry ReadEntry(string key, ReadOnlySpan<byte> message)
    {
        byte[] value = [];
        string etag = "";
        var metadata = new Dictionary<string, string>();
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    value = reader.Bytes.ToArray();
                    break;
                case 2:
                    etag = reader.Text;
                    break;
                case 3:
                    reader.AddTo(metadata);
                    break;
            }
        }

        return Entry(key, value, etag, metadata);
    }

    public static IReadOnlyList<StateEntry> ReadBulk(ReadOnlySpan<byte> message)
    {
        var entries = new List<StateEntry>();
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                entries.Add(ReadBulkItem(reader.Bytes));
            }
        }

        return entries;
    }

    private static StateEntry ReadBulkItem(ReadOnlySpan<byte> message)
    {
        string key = "";
        byte[] value = [];
        string etag = "";
        string? error = null;
        var metadata = new Dictionary<string, string>();
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.Text;
                    break;
                case 2:
                    value = reader.Bytes.ToArray();
                    break;
                case 3:
                    etag = reader.Text;
                    break;
                case 4:
                    error = reader.Text;
                    break;
                case 5:
                    reader.AddTo(metadata);
                    break;
            }
        }

        return Entry(key, value, etag, metadata) with { Error = error };
    }

    /// <summary>A key that is not there has neither value nor ETag; an empty value has an ETag, on stores that have any.</summary>
    private static StateEntry Entry(string key, byte[] value, string etag, Dictionary<string, string> metadata) =>
        new(key, value.Length == 0 && etag.Length == 0 ? null : value, etag, metadata);

    private static void Write(ProtoWriter message, StateWrite item)
    {
        message.String(1, item.Key).Bytes(2, item.Value.Span);
        ETag(message, item.ETag);
        message.Map(4, item.Metadata);
        Options(message, 5, item.Options);
    }

    private static void ETag(ProtoWriter message, string? etag)
    {
        if (etag is not null)
        {
            message.Message(3, inner => inner.String(1, etag));
        }
    }

    private static void Options(ProtoWriter message, int field, StateOptions? options)
    {
        if (options is not null)
        {
            message.Message(field, inner => inner.Number(1, (ulong)options.Concurrency).Number(2, (ulong)options.Consistency));
        }
    }
}
