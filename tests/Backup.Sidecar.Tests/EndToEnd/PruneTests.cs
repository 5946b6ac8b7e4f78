using System.Text.Json;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Removing what no snapshot needs.</summary>
public sealed class PruneTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task The_document_is_restic_s()
    {
        await MakeAsync();
        await _repository.RunAsync("forget", "--keep-last", "1");

        SidecarResult result = await _repository.RunAsync("prune", "--max-unused", "0", "--json");

        JsonElement summary = result.Line("summary");
        Assert.False(summary.GetProperty("dry_run").GetBoolean());
        Assert.True(summary.GetProperty("bytes").GetProperty("remove_total").GetInt64() > 100_000);
        Assert.Equal(0, summary.GetProperty("bytes").GetProperty("remaining_unused").GetInt64());
        Assert.Equal(
            summary.GetProperty("blobs").GetProperty("used").GetInt64(), summary.GetProperty("blobs").GetProperty("remaining").GetInt64());
        Assert.True(summary.GetProperty("packfiles").GetProperty("total").GetInt64() > 0);
        Assert.Empty(_repository.Locks);
        await _repository.RunAsync("check", "--read-data");
    }

    [Fact]
    public async Task Forgetting_can_prune_and_a_dry_run_of_both_says_what_that_frees()
    {
        await MakeAsync();
        long before = SizeOfPacks();

        SidecarResult planned = await _repository.RunAsync("forget", "--keep-last", "1", "--prune", "--max-unused", "0", "--dry-run");
        Assert.Equal(before, SizeOfPacks());
        SidecarResult result = await _repository.RunAsync("forget", "--keep-last", "1", "--prune", "--max-unused", "0");

        Assert.Contains("would remove", planned.Output, StringComparison.Ordinal);
        Assert.Equal(Freed(planned), Freed(result));
        Assert.True(SizeOfPacks() < before - 100_000);
        SidecarResult again = await _repository.RunAsync("forget", "--keep-last", "1", "--prune");
        Assert.DoesNotContain("frees", again.Output, StringComparison.Ordinal); // no snapshot was removed
    }

    [Fact]
    public async Task A_plan_can_be_looked_at_and_carried_out_once()
    {
        await MakeAsync();
        await _repository.RunAsync("forget", "--keep-last", "1");
        string plan = _repository.Combine("plan.json");
        long before = SizeOfPacks();

        await _repository.RunAsync("prune", "--max-unused", "0", "--dry-run", "--plan", plan);

        Assert.Equal(before, SizeOfPacks());
        Assert.Contains("\"repack\"", await File.ReadAllTextAsync(plan), StringComparison.Ordinal);
        (await _repository.InProcess.RunAsync("prune", "--plan", plan, "--max-unused", "0")).Expect(ExitCodes.Failed);
        await _repository.RunAsync("prune", "--plan", plan, "--max-duration", "1h");
        Assert.True(SizeOfPacks() < before - 100_000);
        SidecarResult again = (await _repository.InProcess.RunAsync("prune", "--plan", plan)).Expect(ExitCodes.Failed);
        Assert.Contains("has changed since", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_two_phases_one_run_marks_and_the_next_removes()
    {
        await MakeAsync();
        await _repository.RunAsync("forget", "--keep-last", "1");
        string[] command = ["prune", "--max-unused", "0", "--two-phase", "--grace", "0", "--json"];

        JsonElement first = (await _repository.RunAsync(command)).Line("summary").GetProperty("marks");
        long before = SizeOfPacks();
        JsonElement second = (await _repository.RunAsync(command)).Line("summary").GetProperty("marks");

        Assert.True(first.GetProperty("bytes_waiting").GetInt64() > 100_000);
        Assert.Equal(first.GetProperty("bytes_waiting").GetInt64(), second.GetProperty("bytes_removed").GetInt64());
        Assert.Equal(before - second.GetProperty("bytes_removed").GetInt64(), SizeOfPacks());
        await _repository.RunAsync("check", "--read-data");
    }

    [Theory]
    [InlineData("prune", "--grace", "1h")]
    [InlineData("prune", "--plan", "/nowhere/plan")]
    [InlineData("prune", "--max-duration", "soon")]
    [InlineData("prune", "--max-unused", "much")]
    [InlineData("prune", "--max-unused", "100%")]
    [InlineData("prune", "--max-repack-size", "x")]
    [InlineData("forget", "--keep-last", "1", "--max-unused", "0")]
    public async Task What_makes_no_sense_is_refused(params string[] args)
    {
        await _repository.CreateAsync();

        SidecarResult result = await _repository.InProcess.RunAsync(args);

        result.Expect(ExitCodes.Failed);
        Assert.NotEmpty(result.Errors);
    }

    [Fact]
    public async Task Without_a_lock_only_a_dry_run_is_possible()
    {
        await MakeAsync();

        (await _repository.InProcess.RunAsync("prune", "--no-lock")).Expect(ExitCodes.Failed);
        await _repository.RunAsync("prune", "--no-lock", "--dry-run");
    }

    public void Dispose() => _repository.Dispose();

    private static string Freed(SidecarResult result) =>
        result.Output.Split('\n').Single(line => line.Contains("frees", StringComparison.Ordinal)).Split("frees")[1];

    private async Task MakeAsync()
    {
        var random = new Random(1);
        for (int i = 0; i < 3; i++)
        {
            byte[] content = new byte[100_000];
            random.NextBytes(content);
            _repository.Write("a", Convert.ToBase64String(content));
            _repository.Write("b", $"{i}");
            await _repository.BackUpAsync();
        }
    }

    private long SizeOfPacks() =>
        new DirectoryInfo(Path.Combine(_repository.Location, "data")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
