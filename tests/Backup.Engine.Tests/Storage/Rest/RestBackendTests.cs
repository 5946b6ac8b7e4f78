using System.Text;
using Backup.Engine.Storage.Rest;
using Backup.TestKit.Http;

namespace Backup.Engine.Tests.Storage.Rest;

/// <summary>What becomes of answers, also of those that no decent server gives.</summary>
public sealed class RestBackendTests
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("0123456789");
    private static readonly FileHandle Pack = new(FileKind.Pack, Digest.Of(Content));

    [Theory]
    [InlineData(401, typeof(BackendAccessDeniedException), false)]
    [InlineData(403, typeof(BackendAccessDeniedException), false)]
    [InlineData(404, typeof(BackendFileNotFoundException), false)]
    [InlineData(405, typeof(BackendException), false)]
    [InlineData(408, typeof(BackendException), true)]
    [InlineData(413, typeof(StorageFullException), false)]
    [InlineData(418, typeof(BackendException), false)]
    [InlineData(429, typeof(BackendException), true)]
    [InlineData(500, typeof(BackendException), true)]
    [InlineData(501, typeof(BackendException), false)]
    [InlineData(502, typeof(BackendException), true)]
    [InlineData(503, typeof(BackendException), true)]
    [InlineData(504, typeof(BackendException), true)]
    [InlineData(507, typeof(StorageFullException), false)]
    public async Task A_status_becomes_the_error_that_it_means(int status, Type type, bool isTransient)
    {
        await using var stub = new HttpStub(_ => HttpStubAnswer.Of(status));
        await using RestBackend backend = Open(stub);

        BackendException error = await Assert.ThrowsAnyAsync<BackendException>(() => backend.LoadAsync(Pack, 100, CancellationToken.None));

        Assert.IsType(type, error);
        Assert.Equal(isTransient, error.IsTransient);
        Assert.Contains(Pack.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("Fri, 02 Jan 2026 03:05:05 GMT", 60)]
    [InlineData("Fri, 02 Jan 2026 03:00:00 GMT", null)]
    [InlineData("soon", null)]
    public async Task The_server_s_wish_to_wait_is_passed_on(string header, int? seconds)
    {
        await using var stub = new HttpStub(_ => HttpStubAnswer.Of(503, ("Retry-After", header)));
        await using RestBackend backend = Open(stub, time: new FakeTime());

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.GetSizeAsync(Pack, CancellationToken.None));

        Assert.Equal(seconds, (int?)error.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_redirection_is_told_and_not_followed()
    {
        await using var stub = new HttpStub(_ => HttpStubAnswer.Of(301, ("Location", "https://elsewhere.example/secret?token=secret")));
        await using RestBackend backend = Open(stub);

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.LoadAsync(Pack, 100, CancellationToken.None));

        Assert.Contains("https://elsewhere.example/", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task Requests_say_who_asks_and_for_what()
    {
        await using var stub = new HttpStub(_ => HttpStubAnswer.Of(200));
        await using RestBackend backend = Open(stub, user: "me:secret@");

        await backend.SaveAsync(Pack, Content, CancellationToken.None);

        HttpStubRequest request = Assert.Single(stub.Requests);
        Assert.Equal(("POST", $"/data/{Pack.Name}"), (request.Method, request.Target));
        Assert.Equal("Basic " + Convert.ToBase64String("me:secret"u8), request.Headers["Authorization"]);
        Assert.Equal(RestListing.Version2, request.Headers["Accept"]);
        Assert.Equal("10", request.Headers["Content-Length"]);
        Assert.Equal(Content, request.Body);
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_is_no_file()
    {
        await using var stub = new HttpStub(_ => new HttpStubAnswer { Body = Content, CutAfter = 4 });
        await using RestBackend backend = Open(stub);

        BackendException whole = await Assert.ThrowsAsync<BackendException>(() => backend.LoadAsync(Pack, 100, CancellationToken.None));

        Assert.True(whole.IsTransient);
    }

    [Theory]
    [InlineData(206, "0123", "bytes 2-5/10", false)] // all that is asked for
    [InlineData(206, "012", "bytes 2-5/10", true)] // shorter than it says
    [InlineData(206, "012", "bytes 2-4/10", true)] // less than asked for
    [InlineData(206, "0123", "bytes 3-6/10", true)] // another part
    [InlineData(206, "012345", "bytes 2-5/10", true)] // longer
    [InlineData(200, "xx0123yy", null, false)] // a server that knows no parts
    public async Task A_part_is_what_was_asked_for_or_an_error(int status, string body, string? range, bool fails)
    {
        await using var stub = new HttpStub(request => request.Method == "HEAD"
            ? new HttpStubAnswer { Headers = [("Content-Length", "10")] }
            : new HttpStubAnswer
            {
                Status = status,
                Body = Encoding.ASCII.GetBytes(body),
                Headers = range is null ? [] : [("Content-Range", range)],
            });
        await using RestBackend backend = Open(stub);
        byte[] part = new byte[4];
        Task loading = backend.LoadRangeAsync(Pack, 2, part, CancellationToken.None);

        if (fails)
        {
            Assert.True((await Assert.ThrowsAsync<BackendException>(() => loading)).IsTransient);
            return;
        }

        await loading;
        Assert.Equal("0123", Encoding.ASCII.GetString(part));
        Assert.Equal("bytes=2-5", Assert.Single(stub.Requests).Headers["Range"]);
    }

    [Theory]
    [InlineData("23", "bytes 2-3/4")]
    [InlineData("", "bytes 2-1/4")] // as rclone does
    [InlineData("", null)]
    public async Task A_part_that_the_file_does_not_have_is_damage(string body, string? range)
    {
        await using var stub = new HttpStub(request => request.Method == "HEAD"
            ? new HttpStubAnswer { Headers = [("Content-Length", "4")] }
            : new HttpStubAnswer
            {
                Status = 206,
                Body = Encoding.ASCII.GetBytes(body),
                Headers = range is null ? [] : [("Content-Range", range)],
            });
        await using RestBackend backend = Open(stub);

        await Assert.ThrowsAsync<RepositoryDamagedException>(() => backend.LoadRangeAsync(Pack, 2, new byte[4], CancellationToken.None));
    }

    [Fact]
    public async Task A_file_without_a_known_length_is_read_up_to_its_limit()
    {
        await using var stub = new HttpStub(_ => new HttpStubAnswer
        {
            Headers = [("Transfer-Encoding", "chunked")],
            Body = "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"u8.ToArray(),
        });
        await using RestBackend backend = Open(stub);

        Assert.Equal(Content, await backend.LoadAsync(Pack, 10, CancellationToken.None));
        await Assert.ThrowsAsync<RepositoryDamagedException>(() => backend.LoadAsync(Pack, 9, CancellationToken.None));
    }

    [Fact]
    public async Task A_listing_without_sizes_asks_for_them()
    {
        Digest gone = Digest.Of("gone"u8);
        await using var stub = new HttpStub(request =>
            request.Target == "/data/" ? Json($"""["{Pack.Name}","{gone}","something else"]""", "application/vnd.x.restic.rest.v1")
            : request.Target.EndsWith(gone.ToString(), StringComparison.Ordinal) ? HttpStubAnswer.Of(404)
            : new HttpStubAnswer { Headers = [("Content-Length", "10")] });
        await using RestBackend backend = Open(stub);

        List<BackendFile> files = await backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync();

        Assert.Equal([new BackendFile(Pack, 10)], files);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[{\"name\":\"x\"}]")]
    [InlineData("[{\"name\":\"x\",\"size\":-1}]")]
    [InlineData("[{\"size\":1}]")]
    [InlineData("[1]")]
    [InlineData("[\"x\"")]
    public async Task What_is_no_listing_is_refused(string body)
    {
        await using var stub = new HttpStub(_ => Json(body, RestListing.Version2));
        await using RestBackend backend = Open(stub);

        BackendException error = await Assert.ThrowsAsync<BackendException>(
            async () => await backend.ListAsync(FileKind.Pack, CancellationToken.None).CountAsync());

        Assert.False(error.IsTransient);
        Assert.Contains("REST protocol", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_empty_only_while_the_config_file_is_there()
    {
        bool hasConfig = true;
        await using var stub = new HttpStub(request => request.Target == "/config" && hasConfig
            ? new HttpStubAnswer { Headers = [("Content-Length", "10")] }
            : HttpStubAnswer.Of(404));
        await using RestBackend backend = Open(stub);

        List<BackendFile> files = await backend.ListAsync(FileKind.Lock, CancellationToken.None).ToListAsync();
        hasConfig = false;
        await Assert.ThrowsAsync<BackendFileNotFoundException>(
            async () => await backend.ListAsync(FileKind.Lock, CancellationToken.None).CountAsync());

        Assert.Empty(files);
    }

    [Fact]
    public async Task A_listing_that_ran_into_a_removal_is_read_again()
    {
        await using var stub = new HttpStub(request => request.Number < 3
            ? HttpStubAnswer.Of(404)
            : Json($$"""[{"name":"{{Pack.Name}}","size":10}]""", RestListing.Version2));
        await using RestBackend backend = Open(stub);

        Assert.Single(await backend.ListAsync(FileKind.Pack, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task A_refused_save_is_of_a_file_that_is_there_or_of_a_user_who_may_not()
    {
        bool isThere = true;
        await using var stub = new HttpStub(request => request.Method == "POST" ? HttpStubAnswer.Of(403)
            : isThere ? new HttpStubAnswer { Headers = [("Content-Length", "10")] } : HttpStubAnswer.Of(404));
        await using RestBackend backend = Open(stub);

        await Assert.ThrowsAsync<BackendFileExistsException>(() => backend.SaveAsync(Pack, Content, CancellationToken.None));
        isThere = false;
        await Assert.ThrowsAsync<BackendAccessDeniedException>(() => backend.SaveAsync(Pack, Content, CancellationToken.None));
    }

    [Fact]
    public async Task A_refusal_before_the_file_was_read_is_heard_at_the_second_try()
    {
        byte[] large = new byte[32 << 20]; // more than the buffers on the way take
        await using var stub = new HttpStub(_ => HttpStubAnswer.Of(200))
        {
            AnswersHead = method => method == "POST" ? HttpStubAnswer.Of(507) : null,
        };
        await using RestBackend backend = Open(stub);

        BackendException first = await Assert.ThrowsAnyAsync<BackendException>(() => backend.SaveAsync(Pack, large, CancellationToken.None));
        if (first.IsTransient) // else the answer came through at once
        {
            await Assert.ThrowsAsync<StorageFullException>(() => backend.SaveAsync(Pack, large, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_may_come()
    {
        var stub = new HttpStub(_ => HttpStubAnswer.Of(200));
        await stub.DisposeAsync();
        await using RestBackend backend = Open(stub, user: "me:secret@");

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.LoadAsync(Pack, 10, CancellationToken.None));

        Assert.True(error.IsTransient);
        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        var time = new FakeTime();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<HttpStubAnswer>();
        await using var stub = new HttpStub(async _ =>
        {
            reached.SetResult();
            return await never.Task;
        });
        await using RestBackend backend = Open(stub, time: time);
        Task<long> waiting = backend.GetSizeAsync(Pack, CancellationToken.None);
        await reached.Task;

        time.Advance(TimeSpan.FromMinutes(6));

        Assert.True((await Assert.ThrowsAsync<BackendException>(() => waiting)).IsTransient);
        never.SetResult(HttpStubAnswer.Dropped);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    [InlineData("1000")]
    public void A_wrong_number_of_connections_is_refused(string count)
    {
        var options = new RepositoryOptions
        {
            Location = "unused",
            Connection = new ConnectionOptions { Settings = new Dictionary<string, string> { ["rest.connections"] = count } },
        };

        Assert.Throws<ArgumentException>(() => RestBackend.Open("http://host/", options));
    }

    private static HttpStubAnswer Json(string body, string type) =>
        new() { Body = Encoding.UTF8.GetBytes(body), Headers = [("Content-Type", type)] };

    [Fact]
    public async Task A_server_that_takes_connections_and_says_nothing_is_given_up_soon()
    {
        var silence = new TaskCompletionSource<HttpStubAnswer>();
        await using var stub = new HttpStub(_ => silence.Task);
        var time = new FakeTime();
        DateTimeOffset begin = time.GetUtcNow();
        await using RestBackend backend = Open(stub, time: time);

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => time.RunAsync(backend.GetSizeAsync(Pack, CancellationToken.None)));
        silence.SetResult(HttpStubAnswer.Dropped);

        Assert.True(error.IsTransient);
        Assert.Contains("does not answer", error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(30), time.GetUtcNow() - begin);
    }

    [Fact]
    public async Task One_that_has_answered_has_more_time()
    {
        var silence = new TaskCompletionSource<HttpStubAnswer>();
        int count = 0;
        await using var stub = new HttpStub(_ => count++ == 0 ? Task.FromResult(HttpStubAnswer.Of(404)) : silence.Task);
        var time = new FakeTime();
        await using RestBackend backend = Open(stub, time: time);
        await Assert.ThrowsAsync<BackendFileNotFoundException>(() => backend.GetSizeAsync(Pack, CancellationToken.None));
        DateTimeOffset begin = time.GetUtcNow();

        await Assert.ThrowsAsync<BackendException>(() => time.RunAsync(backend.GetSizeAsync(Pack, CancellationToken.None)));
        silence.SetResult(HttpStubAnswer.Dropped);

        Assert.Equal(TimeSpan.FromMinutes(5), time.GetUtcNow() - begin);
    }

    [FactOnLinux]
    public async Task A_socket_that_is_not_there_is_named_and_not_waited_for()
    {
        using var folder = new TempFolder();
        string path = folder.Combine("none.sock");
        await using RestBackend backend = RestBackend.Open($"http+unix://{path}:/", new RepositoryOptions { Location = "unused" });

        BackendException error = await Assert.ThrowsAsync<BackendException>(() => backend.GetSizeAsync(Pack, CancellationToken.None));

        Assert.False(error.IsTransient);
        Assert.Contains($"there is no socket {path}.", error.Message, StringComparison.Ordinal);
    }

    private static RestBackend Open(HttpStub stub, string user = "", TimeProvider? time = null) => RestBackend.Open(
        $"http://{user}{stub.Address.Authority}/",
        new RepositoryOptions { Location = "unused", Time = time ?? TimeProvider.System });
}
