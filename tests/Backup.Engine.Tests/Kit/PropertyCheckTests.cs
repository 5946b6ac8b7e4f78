namespace Backup.Engine.Tests.Kit;

public sealed class PropertyCheckTests
{
    [Fact]
    public void A_law_that_holds_is_tried_with_many_different_seeds()
    {
        var numbers = new HashSet<int>();

        PropertyCheck.Holds(random => numbers.Add(random.Next()));

        Assert.True(numbers.Count > 190 || Environment.GetEnvironmentVariable("PROPERTY_SEED") is not null);
    }

    [Fact]
    public void A_failure_names_its_seed_and_keeps_the_cause()
    {
        int runs = 0;
        var cause = new InvalidOperationException("the cause");

        PropertyFailedException failure = Assert.Throws<PropertyFailedException>(
            () => PropertyCheck.Holds(10, _ => throw (++runs == 1 ? cause : new InvalidOperationException("later"))));

        Assert.Contains($"PROPERTY_SEED={failure.Seed}", failure.Message, StringComparison.Ordinal);
        Assert.Same(cause, failure.InnerException);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task An_asynchronous_failure_is_a_failure()
    {
        await Assert.ThrowsAsync<PropertyFailedException>(() => PropertyCheck.HoldsAsync(10, async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException();
        }));
    }
}
