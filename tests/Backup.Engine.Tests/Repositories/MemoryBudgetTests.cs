using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public sealed class MemoryBudgetTests
{
    private const long MiB = 1024 * 1024;
    private const long GiB = 1024 * MiB;

    private static readonly PackDemand Local = new(16 * 1024 * 1024, 2);
    private static readonly PackDemand Distant = new(16 * 1024 * 1024, 5);

    [Theory]
    [InlineData(16 * GiB, 16)]
    [InlineData(2 * GiB, 8)]
    [InlineData(768 * MiB, 2)]
    public void With_ample_memory_everything_is_at_work(long available, int workers)
    {
        MemoryBudget budget = MemoryBudget.Plan(available, null, workers, [Distant]);

        Assert.Equal(
            new MemoryBudget { Workers = workers, OpenPacks = 2, Uploads = 5, Overlaps = true }, budget);
        Assert.Equal(16 * MiB, budget.PackSize(BlobType.Tree, 16 * 1024 * 1024));
    }

    [Fact]
    public void Half_of_what_there_is_is_enough_where_the_least_is_less() => PropertyCheck.Holds(random =>
    {
        PackDemand[] demands = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            new PackDemand(random.Next(4, 129) * 1024 * 1024, random.Next(1, 20)))];
        long available = random.NextInt64(2 * GiB, 8 * GiB);

        MemoryBudget budget = MemoryBudget.Plan(available, null, random.Next(1, 64), demands);

        Assert.InRange(budget.BytesFor(demands), 0, available / 2);
        Assert.InRange(budget.Workers, 1, 64);
        Assert.InRange(budget.Uploads, 1, demands.Max(demand => demand.Connections));
        Assert.Equal(int.MaxValue, budget.MaxPackSizeInBytes);
    });

    [Fact]
    public void More_memory_never_means_less_work()
    {
        MemoryBudget before = MemoryBudget.Plan(64 * MiB, null, 8, [Distant]);
        for (long available = 65 * MiB; available < 2 * GiB; available += MiB)
        {
            MemoryBudget budget = MemoryBudget.Plan(available, null, 8, [Distant]);

            Assert.True(budget.BytesFor([Distant]) >= before.BytesFor([Distant]), $"{available / MiB} MiB: {budget} after {before}");
            before = budget;
        }
    }

    [Theory]
    [InlineData(96 * MiB, 16)] // a container of 128 MiB
    [InlineData(64 * MiB, 4)]
    public void In_little_memory_one_pack_after_the_other_is_filled(long available, int packSizeInMebibytes)
    {
        MemoryBudget budget = MemoryBudget.Plan(available, null, 8, [Local]);

        Assert.Equal((1, 1, 1, false), (budget.Workers, budget.OpenPacks, budget.Uploads, budget.Overlaps));
        Assert.Equal(packSizeInMebibytes * MiB, budget.PackSize(BlobType.Data, 16 * 1024 * 1024));
        Assert.Equal(4 * MiB, budget.PackSize(BlobType.Tree, 16 * 1024 * 1024));
    }

    [Fact]
    public void A_limit_holds_even_where_there_is_more()
    {
        MemoryBudget budget = MemoryBudget.Plan(16 * GiB, 100 * MiB, 8, [Distant]);

        Assert.InRange(budget.BytesFor([Distant]), 1, 100 * MiB);
    }

    [Fact]
    public void A_limit_cannot_be_above_what_there_is()
    {
        MemoryBudget budget = MemoryBudget.Plan(200 * MiB, 1 * GiB, 8, [Distant]);

        Assert.InRange(budget.BytesFor([Distant]), 1, 200 * MiB);
    }

    [Fact]
    public void Too_little_memory_is_an_error_that_says_how_much_is_needed()
    {
        MemoryLimitException available = Assert.Throws<MemoryLimitException>(() => MemoryBudget.Plan(63 * MiB, null, 8, [Local]));
        MemoryLimitException limit = Assert.Throws<MemoryLimitException>(() => MemoryBudget.Plan(1 * GiB, 20 * MiB, 8, [Local]));

        Assert.Contains("At least 64.0 MiB", available.Message, StringComparison.Ordinal);
        Assert.Contains("limit is 20.0 MiB, but at least 49.0 MiB", limit.Message, StringComparison.Ordinal);
    }
}
