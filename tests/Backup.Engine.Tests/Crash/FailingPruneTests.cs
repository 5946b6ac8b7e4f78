using Backup.Engine.Tests.Maintenance.Pruning;

namespace Backup.Engine.Tests.Crash;

/// <summary>
/// Each call that a prune makes to its backend fails once: nothing that snapshots need is lost, the prune says what failed,
/// and the next one finishes the job.
/// </summary>
public sealed class FailingPruneTests
{
    private const string Told = "the n-th call fails";

    /// <summary>Headers of some more packs, and trees of which it is chance whether they are compressed with others.</summary>
    private const long Tolerance = 4_000;

    [Fact]
    public Task A_call_that_fails_before_it_did_anything() => RunAsync(FaultyBackend.FailsBefore);

    [Fact]
    public Task A_call_whose_answer_is_lost() => RunAsync(FaultyBackend.FailsAfter);

    [Fact]
    public Task All_calls_from_some_point_on() => RunAsync(FaultyBackend.StopsAfter);

    private static async Task RunAsync(Func<IBackend, int, Func<BackendCall, Exception>?, FaultyBackend> makeFaulty)
    {
        PruneFixture original = await PruneFixture.WithSnapshotsAsync(3, seed: 3);
        await original.KeepLastAsync(2);
        PruneFixture undisturbed = await original.CopyAsync();
        FaultyBackend counting = FaultyBackend.Recording(undisturbed.Backend);
        await undisturbed.PruneAsync(counting);
        long wanted = await SizeAsync(undisturbed);

        for (int n = 1; n <= counting.CallCount; n++)
        {
            PruneFixture fixture = await original.CopyAsync();
            FaultyBackend faulty = makeFaulty(
                fixture.Backend, n, call => new BackendException($"{call}: {Told}", isTransient: false));

            Exception? failure = await Record.ExceptionAsync(() => fixture.PruneAsync(faulty));

            string when = $"call {n} ({faulty.Calls.ElementAtOrDefault(n - 1)})";
            Assert.True(failure is null or BackupException, $"{when}: {failure}");
            if (failure is null)
            {
                Assert.Equal(FileKind.Lock, faulty.Calls[n - 1].File.Kind); // a lock that can't be removed is only a warning
            }

            await fixture.IsSoundAsync(when);
            await RemoveLocksAsync(fixture);
            await fixture.PruneAsync();
            Assert.Equal(0, (await fixture.IsSoundAsync(when)).UnusedBlobs);
            Assert.InRange(await SizeAsync(fixture), wanted - Tolerance, wanted + Tolerance);
        }
    }

    private static async Task<long> SizeAsync(PruneFixture fixture) => (await fixture.ListAsync(FileKind.Pack)).Sum(pack => pack.Size);

    private static async Task RemoveLocksAsync(PruneFixture fixture)
    {
        foreach (BackendFile file in await fixture.ListAsync(FileKind.Lock))
        {
            await fixture.Backend.DeleteAsync(file.Handle, CancellationToken.None);
        }
    }
}
