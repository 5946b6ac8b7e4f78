namespace Backup.Engine.Tests;

public sealed class RateEstimatorTests
{
    [Fact]
    public void Nothing_is_known_at_the_start()
    {
        var rate = new RateEstimator();

        Assert.Equal(0, rate.PerSecond);
        Assert.Null(rate.TimeFor(100));
    }

    [Fact]
    public void A_steady_rate_tells_when_it_is_done()
    {
        var rate = new RateEstimator();

        for (int second = 1; second <= 10; second++)
        {
            rate.Add(TimeSpan.FromSeconds(second), second * 1000);
        }

        Assert.Equal(1000, rate.PerSecond, tolerance: 0.001);
        Assert.Equal(TimeSpan.FromSeconds(5), rate.TimeFor(5000));
    }

    [Fact]
    public void What_is_long_past_no_longer_counts()
    {
        var rate = new RateEstimator();
        rate.Add(TimeSpan.FromSeconds(1), 1_000_000_000);

        for (int second = 2; second <= 120; second++)
        {
            rate.Add(TimeSpan.FromSeconds(second), 1_000_000_000 + (second * 10));
        }

        Assert.InRange(rate.PerSecond, 9, 11);
    }

    [Fact]
    public void A_standstill_promises_nothing()
    {
        var rate = new RateEstimator();
        rate.Add(TimeSpan.FromSeconds(1), 0);
        rate.Add(TimeSpan.FromSeconds(2), 0);

        Assert.Null(rate.TimeFor(100));
    }
}
