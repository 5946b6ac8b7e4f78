using System.Text;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Double;

public sealed class StateDoubleTests : DaprDoubleTest
{
    [Fact]
    public async Task Reading_gives_raw_bytes_an_unquoted_etag_and_204_for_nothing()
    {
        Dapr.StateStores["s"] = new StateStoreDouble();
        Dapr.StateStores["s"].Backing.Write("backup||k", "not json"u8.ToArray());

        DaprHttpResult found = await GetAsync("v1.0/state/s/k");
        DaprHttpResult missing = await GetAsync("v1.0/state/s/missing");

        Assert.Equal((200, "not json", "1"), (found.Status, found.Body, found.Headers["ETag"]));
        Assert.Equal((204, ""), (missing.Status, missing.Body));
    }

    [Theory]
    [InlineData("state.sqlite", """{"b":12345678901234567890,"a":"<&>","c":1.123456789}""", """{"a":"\u003c\u0026\u003e","b":12345678901234567000,"c":1.123456789}""")]
    [InlineData("state.redis", """{"b":1.123456789,"a":"<"}""", """{"b":1.123457,"a":"<"}""")]
    [InlineData("state.sqlite", "\"text\"", "\"text\"")]
    public async Task Writing_over_http_changes_the_value(string type, string value, string stored)
    {
        Dapr.StateStores["s"] = new StateStoreDouble { Type = type };

        DaprHttpResult result = await PostAsync("v1.0/state/s", $$"""[{"key":"k","value":{{value}}}]""");

        Assert.Equal(204, result.Status);
        Assert.Equal(stored, Encoding.UTF8.GetString(Dapr.StateStores["s"].Backing.Read("backup||k") ?? []));
    }

    [Fact]
    public async Task A_bulk_read_of_what_is_no_json_is_empty_and_says_that_all_is_well()
    {
        Dapr.StateStores["s"] = new StateStoreDouble();
        Dapr.StateStores["s"].Backing.Write("backup||good", "{\"a\": 1}"u8.ToArray());
        Dapr.StateStores["s"].Backing.Write("backup||bad", [0xff]);

        DaprHttpResult good = await PostAsync("v1.0/state/s/bulk", """{"keys":["good","missing"]}""");
        DaprHttpResult bad = await PostAsync("v1.0/state/s/bulk", """{"keys":["good","bad"]}""");

        Assert.Equal((200, """[{"key":"good","data":{"a":1},"etag":"1"},{"key":"missing"}]"""), (good.Status, good.Body.Trim()));
        Assert.Equal((200, ""), (bad.Status, bad.Body));
    }

    [Theory]
    [InlineData("a%2Fb", "backup||a/b")]
    [InlineData("a+b", "backup||a b")]
    [InlineData("a%2Bb", "backup||a+b")]
    public async Task Keys_in_paths_are_unescaped_as_go_does(string path, string stored)
    {
        Dapr.StateStores["s"] = new StateStoreDouble();
        Dapr.StateStores["s"].Backing.Write(stored, "1"u8.ToArray());

        Assert.Equal(200, (await GetAsync("v1.0/state/s/" + path)).Status);
    }

    [Theory]
    [InlineData("appid", null, "backup||k")]
    [InlineData("namespace", null, "backup||k")]
    [InlineData("name", null, "s||k")]
    [InlineData("none", null, "k")]
    [InlineData("Orders", null, "orders||k")]
    public async Task Keys_get_the_component_s_prefix(string strategy, string? _, string stored)
    {
        Dapr.StateStores["s"] = new StateStoreDouble { KeyPrefix = strategy };

        await PostAsync("v1.0/state/s", """[{"key":"k","value":1}]""");

        Assert.Equal([stored], Dapr.StateStores["s"].Backing.Keys);
    }

    [Theory]
    [InlineData(StateFlavor.Redis, false)]
    [InlineData(StateFlavor.Postgres, true)]
    public async Task Writing_without_a_lifetime_ends_the_one_that_is_there_or_not(StateFlavor flavor, bool ends)
    {
        var time = new FakeTime();
        Dapr.StateStores["s"] = new StateStoreDouble(new StateBacking(flavor, time));
        await PostAsync("v1.0/state/s", """[{"key":"k","value":1,"metadata":{"ttlInSeconds":"10"}},{"key":"never","value":1,"metadata":{"ttlInSeconds":"10"}}]""");

        await PostAsync("v1.0/state/s", """[{"key":"k","value":2},{"key":"never","value":2,"metadata":{"ttlInSeconds":"-1"}}]""");
        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(ends ? ["backup||k", "backup||never"] : ["backup||never"], Dapr.StateStores["s"].Backing.Keys);
    }

    [Fact]
    public async Task Errors_have_dapr_s_codes()
    {
        DaprHttpResult none = await GetAsync("v1.0/state/s/k");
        Dapr.StateStores["s"] = new StateStoreDouble();
        DaprHttpResult unknown = await GetAsync("v1.0/state/other/k");
        DaprHttpResult illegal = await GetAsync("v1.0/state/s/a%7C%7Cb");
        DaprHttpResult noKey = await PostAsync("v1.0/state/s", """[{"value":1}]""");
        DaprHttpResult malformed = await PostAsync("v1.0/state/s", "{");

        Assert.Equal(500, none.Status);
        Assert.Contains("\"errorCode\":\"ERR_STATE_STORE_NOT_CONFIGURED\"", none.Body, StringComparison.Ordinal);
        Assert.Equal(400, unknown.Status);
        Assert.Contains("ERR_STATE_STORE_NOT_FOUND", unknown.Body, StringComparison.Ordinal);
        Assert.Equal(400, illegal.Status);
        Assert.Equal(400, noKey.Status);
        Assert.Contains("ERR_MALFORMED_REQUEST", malformed.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StateFlavor.Redis, "7", 409)]
    [InlineData(StateFlavor.Redis, "no number", 400)]
    [InlineData(StateFlavor.Sqlite, "other", 409)]
    public async Task Versions_that_do_not_fit_are_refused(StateFlavor flavor, string etag, int status)
    {
        Dapr.StateStores["s"] = new StateStoreDouble(new StateBacking(flavor));
        await PostAsync("v1.0/state/s", """[{"key":"k","value":1}]""");

        DaprHttpResult write = await PostAsync("v1.0/state/s", $$"""[{"key":"k","value":2,"etag":"{{etag}}"}]""");
        DaprHttpResult remove = await CallAsync(HttpMethod.Delete, "v1.0/state/s/k", ifMatch: etag);

        Assert.Equal((status, status), (write.Status, remove.Status));
        Assert.Equal("1", (await GetAsync("v1.0/state/s/k")).Body);
    }

    [Theory]
    [InlineData(StateFlavor.Redis, 500)]
    [InlineData(StateFlavor.Postgres, 500)]
    [InlineData(StateFlavor.Sqlite, 409)]
    public async Task A_first_write_that_is_second_fails_in_the_store_s_own_way(StateFlavor flavor, int status)
    {
        const string FirstWrite = """[{"key":"k","value":1,"options":{"concurrency":"first-write"}}]""";
        Dapr.StateStores["s"] = new StateStoreDouble(new StateBacking(flavor));

        DaprHttpResult first = await PostAsync("v1.0/state/s", FirstWrite);
        DaprHttpResult second = await PostAsync("v1.0/state/s", FirstWrite);

        Assert.Equal((204, status), (first.Status, second.Status));
    }

    [Fact]
    public async Task On_redis_a_key_created_by_first_write_takes_no_plain_write_and_versions_begin_again_after_a_removal()
    {
        Dapr.StateStores["s"] = new StateStoreDouble();
        await PostAsync("v1.0/state/s", """[{"key":"k","value":1,"options":{"concurrency":"first-write"}}]""");

        DaprHttpResult plain = await PostAsync("v1.0/state/s", """[{"key":"k","value":2}]""");
        DaprHttpResult last = await PostAsync("v1.0/state/s", """[{"key":"other","value":1}]""");
        await CallAsync(HttpMethod.Delete, "v1.0/state/s/k");
        await PostAsync("v1.0/state/s", """[{"key":"k","value":3}]""");

        Assert.Equal((500, 204), (plain.Status, last.Status));
        Assert.Equal("1", (await GetAsync("v1.0/state/s/k")).Headers["ETag"]);
    }

    [Fact]
    public async Task Time_takes_what_has_a_lifetime()
    {
        var time = new FakeTime();
        Dapr.StateStores["s"] = new StateStoreDouble(new StateBacking(StateFlavor.Sqlite, time));
        await PostAsync("v1.0/state/s?metadata.ttlInSeconds=10", """[{"key":"k","value":1},{"key":"for ever","value":1,"metadata":{"ttlInSeconds":"-1"}}]""");
        await PostAsync("v1.0/state/s", """[{"key":"for ever","value":1,"metadata":{"ttlInSeconds":"-1"}}]""");

        DaprHttpResult before = await GetAsync("v1.0/state/s/k");
        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("2026-01-02T03:04:15Z", before.Headers["metadata.ttlExpireTime"]);
        Assert.Equal(204, (await GetAsync("v1.0/state/s/k")).Status);
        Assert.Equal(200, (await GetAsync("v1.0/state/s/for+ever")).Status);
    }

    [Fact]
    public async Task A_transaction_s_mismatch_is_a_plain_failure_and_too_many_operations_a_bad_request()
    {
        Dapr.StateStores["s"] = new StateStoreDouble { MaxTransactionOperations = 1 };
        Dapr.StateStores["plain"] = new StateStoreDouble { HasETags = false };
        await PostAsync("v1.0/state/s", """[{"key":"k","value":1}]""");

        DaprHttpResult mismatch = await PostAsync(
            "v1.0/state/s/transaction", """{"operations":[{"operation":"upsert","request":{"key":"k","value":2,"etag":"9"}}]}""");
        DaprHttpResult tooMany = await PostAsync(
            "v1.0/state/s/transaction", """{"operations":[{"operation":"delete","request":{"key":"k"}},{"operation":"delete","request":{"key":"k"}}]}""");
        DaprHttpResult unsupported = await PostAsync("v1.0/state/plain/transaction", """{"operations":[{"operation":"delete","request":{"key":"k"}}]}""");

        Assert.Equal(500, mismatch.Status);
        Assert.Contains("ERR_STATE_TRANSACTION", mismatch.Body, StringComparison.Ordinal);
        Assert.Equal(400, tooMany.Status);
        Assert.Equal(500, unsupported.Status);
    }

    [Fact]
    public async Task A_query_mixes_all_applications_and_cuts_their_prefixes_off()
    {
        Dapr.StateStores["s"] = new StateStoreDouble { CanQuery = true };
        Dapr.StateStores["s"].Backing.Write("backup||k", "1"u8.ToArray());
        Dapr.StateStores["s"].Backing.Write("orders||k", "2"u8.ToArray());

        DaprHttpResult result = await PostAsync("v1.0-alpha1/state/s/query", "{}");

        Assert.Equal("""{"results":[{"key":"k","data":1,"etag":"1"},{"key":"k","data":2,"etag":"1"}]}""", result.Body);
    }
}
