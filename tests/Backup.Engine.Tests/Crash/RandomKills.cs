using System.Diagnostics;

namespace Backup.Engine.Tests.Crash;

/// <summary>Starts a <see cref="ChildProgram"/> and kills it (SIGKILL) at a random moment of its work, again and again.</summary>
internal static class RandomKills
{
    /// <summary>Runs it once to its end, to learn how long it takes, and then kills it.</summary>
    /// <param name="kills">How often; it goes on until at least five of six came in time.</param>
    /// <param name="random">The source of chance.</param>
    /// <param name="prepare">Makes something to do, and gives the child's arguments.</param>
    /// <param name="inspect">Looks at what is left, and takes the dead process's locks away where they are in the way.</param>
    public static async Task RunAsync(int kills, Random random, Func<Task<string[]>> prepare, Func<Task> inspect)
    {
        TimeSpan whole = await FinishAsync(await prepare());
        int killed = 0;
        int needed = ((5 * kills) + 5) / 6;
        for (int i = 0; i < kills || (killed < needed && i < 10 * kills); i++)
        {
            using Child child = await Child.StartAsync(await prepare());
            if (await child.KillAfterAsync(whole * random.NextDouble() * 1.1))
            {
                killed++;
            }
            else
            {
                whole *= 0.7; // the machine is less busy than when the whole was timed
            }

            await inspect();
        }

        Assert.True(killed >= needed, $"Only {killed} of {kills} kills came in time: the test has shown too little.");
    }

    /// <summary>Runs a child to its end.</summary>
    /// <returns>How long its work took.</returns>
    public static async Task<TimeSpan> FinishAsync(params string[] arguments)
    {
        using Child child = await Child.StartAsync(arguments);
        long begin = Stopwatch.GetTimestamp();
        await child.FinishAsync();
        return Stopwatch.GetElapsedTime(begin);
    }
}
