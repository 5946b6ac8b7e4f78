using System.Text;
using Backup.TestKit.Dapr;
using Backup.TestKit.Dapr.Bindings;

namespace Backup.Sidecar.Tests.Dapr.Double;

public sealed class BindingDoubleTests : DaprDoubleTest
{
    [Theory]
    [InlineData("localstorage", "fileName", "hello")]
    [InlineData("s3", "key", "aGVsbG8=")]
    [InlineData("azure", "blobName", "aGVsbG8=")]
    [InlineData("azure-decoding", "blobName", "hello")]
    [InlineData("gcs", "key", "aGVsbG8=")]
    [InlineData("obs", "key", "aGVsbG8=")]
    [InlineData("oss", "key", "\"aGVsbG8=\"")]
    [InlineData("sftp", "fileName", "\"aGVsbG8=\"")]
    [InlineData("redis", "key", "\"aGVsbG8=\"")]
    public async Task Base64_over_http_becomes_what_the_component_makes_of_it(string kind, string nameKey, string stored)
    {
        ObjectBindingDouble binding = Add(kind);

        DaprHttpResult result = await PostAsync(
            "v1.0/bindings/b", $$$"""{"operation":"create","data":"aGVsbG8=","metadata":{"{{{nameKey}}}":"x"}}""");

        Assert.Equal(kind is "oss" or "redis" ? 204 : 200, result.Status);
        Assert.Equal(stored, Encoding.UTF8.GetString(binding.Read("x") ?? []));
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("gcs")]
    public async Task Decoding_is_switched_on_per_request_where_the_component_lets_it(string kind)
    {
        ObjectBindingDouble binding = Add(kind);

        await PostAsync("v1.0/bindings/b", """{"operation":"create","data":"aGVsbG8=","metadata":{"key":"x","decodeBase64":"true"}}""");

        Assert.Equal("hello", Encoding.UTF8.GetString(binding.Read("x") ?? []));
    }

    [Theory]
    [InlineData("localstorage", "fileName", "file not found: /var/backups/x")]
    [InlineData("s3", "key", "object not found")]
    [InlineData("azure", "blobName", "blob not found")]
    [InlineData("gcs", "key", "object not found")]
    [InlineData("obs", "key", "object not found")]
    [InlineData("sftp", "fileName", "file does not exist")]
    public async Task A_missing_object_is_told_by_words_only(string kind, string nameKey, string words)
    {
        Add(kind);

        DaprHttpResult result = await PostAsync("v1.0/bindings/b", $$$"""{"operation":"get","metadata":{"{{{nameKey}}}":"x"}}""");

        Assert.Equal(500, result.Status);
        Assert.Contains("\"errorCode\":\"ERR_INVOKE_OUTPUT_BINDING\"", result.Body, StringComparison.Ordinal);
        Assert.Contains("error invoking output binding b: ", result.Body, StringComparison.Ordinal);
        Assert.Contains(words, result.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_answers_nothing_and_s3_removes_nothing_without_an_error()
    {
        Add("redis");
        DaprHttpResult missing = await PostAsync("v1.0/bindings/b", """{"operation":"get","metadata":{"key":"x"}}""");
        Add("s3");
        DaprHttpResult removed = await PostAsync("v1.0/bindings/b", """{"operation":"delete","metadata":{"key":"x"}}""");

        Assert.Equal((200, ""), (missing.Status, missing.Body));
        Assert.Equal(204, removed.Status);
    }

    [Fact]
    public async Task Unknown_bindings_and_operations_are_told_by_words_only_too()
    {
        Add("oss");

        DaprHttpResult unknown = await PostAsync("v1.0/bindings/other", """{"operation":"create"}""");
        DaprHttpResult unsupported = await PostAsync("v1.0/bindings/b", """{"operation":"get"}""");

        Assert.Contains("couldn't find output binding other", unknown.Body, StringComparison.Ordinal);
        Assert.Contains("binding b does not support operation get. supported operations:create", unsupported.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_is_encoded_anew_and_absent_data_is_null()
    {
        ObjectBindingDouble binding = Add("sftp");

        await PostAsync("v1.0/bindings/b", """{"operation":"create","data":{"b":1.0,"a":"<"},"metadata":{"fileName":"x"}}""");
        await PostAsync("v1.0/bindings/b", """{"operation":"create","metadata":{"fileName":"y"}}""");

        Assert.Equal("""{"a":"\u003c","b":1}""", Encoding.UTF8.GetString(binding.Read("x") ?? []));
        Assert.Equal("null", Encoding.UTF8.GetString(binding.Read("y") ?? []));
    }

    [Theory]
    [InlineData("localstorage", """{"fileName":"d"}""", "", """["/var/backups/d/a","/var/backups/d/e/b"]""")]
    [InlineData("sftp", """{"fileName":"d"}""", "", """[{"fileName":"a","isDirectory":false},{"fileName":"e","isDirectory":true}]""")]
    [InlineData("localstorage", """{"fileName":"missing"}""", "", "no such file or directory")]
    [InlineData("sftp", """{"fileName":"missing"}""", "", "file does not exist")]
    [InlineData("gcs", "{}", ""","data":{"prefix":"no"}""", "null")]
    [InlineData("s3", "{}", ""","data":{"prefix":"d/","maxResults":1}""", "\"IsTruncated\":true")]
    [InlineData("obs", "{}", ""","data":{"prefix":"d/","maxResults":1}""", "\"NextMarker\":\"d/a\"")]
    [InlineData("azure", "{}", ""","data":{"prefix":"d/","marker":"d/a"}""", "\"Name\":\"d/e/b\"")]
    public async Task Listings_have_the_component_s_own_form(string kind, string metadata, string data, string expected)
    {
        ObjectBindingDouble binding = Add(kind);
        foreach (string name in new[] { "d/a", "d/e/b" })
        {
            binding.Write(name, [1]);
        }

        DaprHttpResult result = await PostAsync("v1.0/bindings/b", $$"""{"operation":"list","metadata":{{metadata}}{{data}}}""");

        Assert.Contains(expected, result.Body, StringComparison.Ordinal);
        if (kind == "azure")
        {
            Assert.Equal(("d/a", "1"), (result.Headers["metadata.marker"], result.Headers["metadata.number"]));
        }
    }

    [Fact]
    public async Task A_directory_that_got_empty_lists_as_null()
    {
        Add("localstorage");
        await PostAsync("v1.0/bindings/b", """{"operation":"create","data":"x y","metadata":{"fileName":"d/a"}}""");
        await PostAsync("v1.0/bindings/b", """{"operation":"delete","metadata":{"fileName":"d/a"}}""");

        Assert.Equal("null", (await PostAsync("v1.0/bindings/b", """{"operation":"list","metadata":{"fileName":"d"}}""")).Body);
    }

    [Fact]
    public async Task Names_do_not_leave_the_root_of_local_storage()
    {
        ObjectBindingDouble binding = Add("localstorage");

        await PostAsync("v1.0/bindings/b", """{"operation":"create","data":"x y","metadata":{"fileName":"../../etc/./passwd"}}""");

        Assert.Equal(["etc/passwd"], binding.Names);
    }

    [Fact]
    public async Task Bodies_that_are_too_large_are_refused()
    {
        Add("sftp");

        DaprHttpResult result = await PostAsync("v1.0/bindings/b", $$"""{"operation":"create","data":"{{new string('x', 5 << 20)}}"}""");

        Assert.Equal(400, result.Status);
        Assert.Contains("stream too large", result.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_caller_gave_up_may_land_later()
    {
        ObjectBindingDouble binding = Add("sftp");
        Dapr.Faults.Add(FaultKind.Hold);
        using var gaveUp = new CancellationTokenSource();
        var request = new Sidecar.Dapr.BindingRequest("b", "create")
        {
            Data = new byte[] { 1 },
            Metadata = new Dictionary<string, string> { ["fileName"] = "x" },
        };
        Task call = Client.InvokeBindingAsync(request, gaveUp.Token);
        await UntilAsync(() => Dapr.Calls.Count > 0);

        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Empty(binding.Names);
        Dapr.ReleaseHeld();

        await UntilAsync(() => binding.Names.Count > 0);
        Assert.Equal(["x"], binding.Names);
    }

    [Fact]
    public async Task Paths_that_mean_nothing_are_taken_for_invocations()
    {
        DaprHttpResult result = await GetAsync("v1.0/nothing/here");

        Assert.Equal(404, result.Status);
        Assert.Contains("ERR_DIRECT_INVOKE", result.Body, StringComparison.Ordinal);
    }

    private ObjectBindingDouble Add(string kind)
    {
        ObjectBindingDouble binding = kind switch
        {
            "localstorage" => new LocalStorageBinding(),
            "s3" => new S3Binding(),
            "azure" => new AzureBlobBinding(),
            "azure-decoding" => new AzureBlobBinding { DecodeBase64 = true },
            "gcs" => new GcsBinding(),
            "obs" => new ObsBinding(),
            "sftp" => new SftpBinding(),
            "redis" => new RedisBinding(),
            _ => new CreateOnlyBinding(),
        };
        Dapr.Bindings["b"] = binding;
        return binding;
    }
}
