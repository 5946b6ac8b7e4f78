using System.Text;
using Backup.Sidecar.Dapr;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr;

public sealed class DaprClientStateTests : DaprTest
{
    [Fact]
    public async Task Bytes_come_back_as_they_were_under_whatever_key()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();
        string[] keys = ["a", "a/b", "a+b c", "ü€", ".", "..", "a?b#c%2F", "\"'\\"];
        byte[][] values = [[], [0], [0xff, 0xfe, 0], "{\"n\":12345678901234567890.123}"u8.ToArray(), new byte[100_000], [1], [2], [3]];
        for (int i = 0; i < keys.Length; i++)
        {
            await Client.SaveBulkByteStateAsync("store", [new StateWrite(keys[i], values[i])]);
        }

        for (int i = 0; i < keys.Length; i++)
        {
            StateEntry entry = await Client.GetByteStateAndETagAsync("store", keys[i]);
            Assert.Equal(values[i], entry.Value);
            Assert.Equal("1", entry.ETag);
        }

        Dictionary<string, StateEntry> all = (await Client.GetBulkByteStateAsync("store", [.. keys, "missing"])).ToDictionary(entry => entry.Key);
        Assert.Equal(values, keys.Select(key => all[key].Value));
        Assert.Null(all["missing"].Value);
        Assert.Equal(keys.Select(key => "backup||" + key).Order(StringComparer.Ordinal), Dapr.StateStores["store"].Backing.Keys);
    }

    [Theory]
    [InlineData(StateFlavor.Redis)]
    [InlineData(StateFlavor.Postgres)]
    [InlineData(StateFlavor.Sqlite)]
    public async Task Only_the_one_with_the_current_version_writes_and_removes(StateFlavor flavor)
    {
        Dapr.StateStores["store"] = new StateStoreDouble(new StateBacking(flavor));
        await Client.SaveBulkByteStateAsync("store", [new StateWrite("k", new byte[] { 1 })]);
        string first = (await Client.GetByteStateAndETagAsync("store", "k")).ETag;

        Assert.True(await Client.TrySaveByteStateAsync("store", "k", new byte[] { 2 }, first));
        Assert.False(await Client.TrySaveByteStateAsync("store", "k", new byte[] { 3 }, first));
        Assert.False(await Client.TryDeleteStateAsync("store", "k", first));

        StateEntry entry = await Client.GetByteStateAndETagAsync("store", "k");
        Assert.Equal([2], entry.Value);
        Assert.True(await Client.TryDeleteStateAsync("store", "k", entry.ETag));
        Assert.Null((await Client.GetByteStateAndETagAsync("store", "k")).Value);
    }

    [Theory]
    [InlineData(StateFlavor.Redis)]
    [InlineData(StateFlavor.Postgres)]
    [InlineData(StateFlavor.Sqlite)]
    public async Task Of_those_who_create_a_key_at_once_one_wins_on_every_kind_of_store(StateFlavor flavor)
    {
        Dapr.StateStores["store"] = new StateStoreDouble(new StateBacking(flavor));

        bool[] won = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            Client.TryCreateByteStateAsync("store", "lease", Encoding.UTF8.GetBytes("owner " + i))));

        int winner = Assert.Single(Enumerable.Range(0, 8), i => won[i]);
        Assert.Equal("owner " + winner, Encoding.UTF8.GetString((await Client.GetByteStateAndETagAsync("store", "lease")).Value ?? []));
    }

    [Fact]
    public async Task A_creation_whose_answer_was_lost_is_known_as_ones_own()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();
        Dapr.Faults.Add(FaultKind.DropAfter, path => path.EndsWith("SaveState", StringComparison.Ordinal));

        Assert.True(await Client.TryCreateByteStateAsync("store", "lease", "me"u8.ToArray()));
    }

    [Fact]
    public async Task A_transaction_is_done_whole_or_not_at_all()
    {
        Dapr.StateStores["store"] = new StateStoreDouble { MaxTransactionOperations = 3 };
        await Client.SaveBulkByteStateAsync("store", [new StateWrite("old", new byte[] { 1 })]);

        await Client.ExecuteStateTransactionAsync(
            "store", [new StateWrite("new", new byte[] { 2 }), new StateWrite("old") { IsDelete = true }]);
        DaprException mismatch = await Assert.ThrowsAsync<DaprException>(() => Client.ExecuteStateTransactionAsync(
            "store", [new StateWrite("other", new byte[] { 3 }), new StateWrite("new", new byte[] { 4 }) { ETag = "17" }]));
        DaprException tooMany = await Assert.ThrowsAsync<DaprException>(() => Client.ExecuteStateTransactionAsync(
            "store", [.. Enumerable.Range(0, 4).Select(i => new StateWrite("k" + i))]));

        Assert.Equal(["backup||new"], Dapr.StateStores["store"].Backing.Keys);
        Assert.Equal(GrpcStatus.Internal, mismatch.GrpcStatus);
        Assert.Equal(GrpcStatus.InvalidArgument, tooMany.GrpcStatus);
    }

    [Fact]
    public async Task Several_keys_are_removed_in_one_call()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();
        await Client.SaveBulkByteStateAsync("store", [new StateWrite("a", new byte[1]), new StateWrite("b", new byte[1]), new StateWrite("c", new byte[1])]);

        await Client.DeleteBulkStateAsync("store", [new StateWrite("a"), new StateWrite("c"), new StateWrite("missing")]);
        await Client.DeleteStateAsync("store", "missing");

        Assert.Equal(["backup||b"], Dapr.StateStores["store"].Backing.Keys);
    }

    [Fact]
    public async Task The_lifetime_that_remains_is_told_except_by_redis()
    {
        Dapr.StateStores["redis"] = new StateStoreDouble(new StateBacking(StateFlavor.Redis));
        Dapr.StateStores["sqlite"] = new StateStoreDouble(new StateBacking(StateFlavor.Sqlite));
        var write = new StateWrite("k", new byte[1]) { Metadata = new Dictionary<string, string> { ["ttlInSeconds"] = "3600" } };

        await Client.SaveBulkByteStateAsync("redis", [write]);
        await Client.SaveBulkByteStateAsync("sqlite", [write]);

        Assert.Empty((await Client.GetByteStateAndETagAsync("redis", "k")).Metadata);
        Assert.Contains("ttlExpireTime", (await Client.GetByteStateAndETagAsync("sqlite", "k")).Metadata);
        Assert.Contains("ttlExpireTime", (await Client.GetBulkByteStateAsync("sqlite", ["k"]))[0].Metadata);
    }

    [Fact]
    public async Task A_query_lists_page_by_page()
    {
        Dapr.StateStores["store"] = new StateStoreDouble { CanQuery = true, KeyPrefix = "none" };
        for (int i = 0; i < 5; i++)
        {
            await Client.SaveBulkByteStateAsync("store", [new StateWrite("k" + i, Encoding.UTF8.GetBytes($"{{\"i\":{i}}}"))]);
        }

        StateQueryPage first = await Client.QueryStateAsync("store", """{"filter":{},"page":{"limit":3}}""");
        StateQueryPage second = await Client.QueryStateAsync("store", """{"filter":{},"page":{"limit":3,"token":"TOKEN"}}""".Replace("TOKEN", first.Token, StringComparison.Ordinal));

        Assert.Equal(["k0", "k1", "k2"], first.Results.Select(entry => entry.Key));
        Assert.Equal(["k3", "k4"], second.Results.Select(entry => entry.Key));
        Assert.Equal("{\"i\":4}", Encoding.UTF8.GetString(second.Results[1].Value ?? []));
        Assert.Empty(second.Token);
    }

    [Fact]
    public async Task An_unknown_store_is_an_error_that_names_it()
    {
        DaprException none = await Assert.ThrowsAsync<DaprException>(() => Client.GetByteStateAndETagAsync("nowhere", "k"));
        Dapr.StateStores["store"] = new StateStoreDouble();
        DaprException unknown = await Assert.ThrowsAsync<DaprException>(() => Client.GetByteStateAndETagAsync("nowhere", "k"));
        DaprException illegal = await Assert.ThrowsAsync<DaprException>(() => Client.GetByteStateAndETagAsync("store", "a||b"));

        Assert.Equal(GrpcStatus.FailedPrecondition, none.GrpcStatus);
        Assert.Equal(GrpcStatus.InvalidArgument, unknown.GrpcStatus);
        Assert.Equal(GrpcStatus.InvalidArgument, illegal.GrpcStatus);
        Assert.Contains("nowhere", unknown.Message, StringComparison.Ordinal);
        Assert.False(unknown.IsTransient);
    }

    [Fact]
    public async Task Values_above_the_limit_are_told_apart_from_other_failures()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();

        DaprException up = await Assert.ThrowsAsync<DaprException>(
            () => Client.SaveBulkByteStateAsync("store", [new StateWrite("k", new byte[5 << 20])]));
        Dapr.StateStores["store"].Backing.Write("backup||..", new byte[5 << 20]);
        DaprException down = await Assert.ThrowsAsync<DaprException>(() => Client.GetByteStateAndETagAsync("store", ".."));

        Assert.True(up.IsTooLarge);
        Assert.True(down.IsTooLarge);
        Assert.False(up.IsTransient);
    }

    [Fact]
    public async Task Values_above_the_limit_are_read_all_the_same_byte_for_byte()
    {
        Dapr.StateStores["store"] = new StateStoreDouble(new StateBacking(StateFlavor.Sqlite));
        byte[] big = new byte[5 << 20];
        new Random(3).NextBytes(big);
        Dapr.StateStores["store"].Backing.Write("backup||big/+ key", big);
        Dapr.StateStores["store"].Backing.Write("backup||small", [1]);

        StateEntry one = await Client.GetByteStateAndETagAsync("store", "big/+ key", ConsistencyMode.Strong);
        IReadOnlyList<StateEntry> many = await Client.GetBulkByteStateAsync("store", ["small", "big/+ key", "missing"]);

        Assert.Equal(big, one.Value);
        Assert.Equal(Dapr.StateStores["store"].Backing.Keys.Count, many.Count(entry => entry.Value is not null));
        Assert.Equal(big, many.Single(entry => entry.Key == "big/+ key").Value);
        Assert.Equal(one.ETag, many.Single(entry => entry.Key == "big/+ key").ETag);
        Assert.True(await Client.TryDeleteStateAsync("store", "big/+ key", one.ETag));
    }

    [Fact]
    public async Task Many_values_that_are_too_much_for_one_call_are_written_in_several()
    {
        Dapr.StateStores["store"] = new StateStoreDouble();

        await Client.SaveBulkByteStateAsync("store", [.. Enumerable.Range(0, 9).Select(i => new StateWrite("k" + i, new byte[1 << 20]))]);

        Assert.Equal(9, Dapr.StateStores["store"].Backing.Keys.Count);
        Assert.Equal(9, (await Client.GetBulkByteStateAsync("store", [.. Enumerable.Range(0, 9).Select(i => "k" + i)])).Count(entry => entry.Value?.Length == 1 << 20));
    }

    [Fact]
    public async Task An_alias_component_reads_and_writes_another_applications_state()
    {
        var database = new StateBacking();
        await using DaprDouble orders = await DaprDouble.StartAsync(new DaprDoubleOptions { AppId = "orders" });
        orders.StateStores["state"] = new StateStoreDouble(database);
        using var ordersClient = new DaprClient(new DaprOptions { HttpEndpoint = orders.HttpEndpoint, GrpcEndpoint = orders.GrpcEndpoint });
        Dapr.StateStores["state-orders"] = new StateStoreDouble(database) { KeyPrefix = "Orders" };
        await ordersClient.SaveBulkByteStateAsync("state", [new StateWrite("k", new byte[] { 1, 2 })]);

        StateEntry seen = await Client.GetByteStateAndETagAsync("state-orders", "k");
        await Client.SaveBulkByteStateAsync("state-orders", [new StateWrite("restored", new byte[] { 3 })]);

        Assert.Equal([1, 2], seen.Value);
        Assert.Equal([3], (await ordersClient.GetByteStateAndETagAsync("state", "restored")).Value);
        Assert.Equal(["orders||k", "orders||restored"], database.Keys);
    }
}
