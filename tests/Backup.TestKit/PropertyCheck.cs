using System.Globalization;

namespace Backup.TestKit;

/// <summary>Tests a law with many random inputs; a failure names its seed, <c>PROPERTY_SEED=n</c> replays it alone.</summary>
public static class PropertyCheck
{
    /// <summary>How many seeds are tried where the caller does not say.</summary>
    public const int DefaultIterations = 200;

    /// <summary>Tries the law with 200 seeds.</summary>
    public static void Holds(Action<Random> law) => Holds(DefaultIterations, law);

    /// <summary>Tries the law with the seeds 1 … <paramref name="iterations"/>.</summary>
    public static void Holds(int iterations, Action<Random> law)
    {
        foreach (int seed in Seeds(iterations))
        {
            try
            {
                law(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new PropertyFailedException(seed, exception);
            }
        }
    }

    /// <summary>Tries the law with 200 seeds, one after the other.</summary>
    public static Task HoldsAsync(Func<Random, Task> law) => HoldsAsync(DefaultIterations, law);

    /// <summary>Tries the law with the seeds 1 … <paramref name="iterations"/>, one after the other.</summary>
    public static async Task HoldsAsync(int iterations, Func<Random, Task> law)
    {
        foreach (int seed in Seeds(iterations))
        {
            try
            {
                await law(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new PropertyFailedException(seed, exception);
            }
        }
    }

    private static IEnumerable<int> Seeds(int iterations) =>
        Environment.GetEnvironmentVariable("PROPERTY_SEED") is { Length: > 0 } seed
            ? [int.Parse(seed, CultureInfo.InvariantCulture)]
            : Enumerable.Range(1, iterations);
}
