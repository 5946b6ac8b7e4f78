namespace Backup.TestKit;

/// <summary>How much some code allocates on the thread that runs it.</summary>
public static class Allocations
{
    /// <summary>
    /// The least bytes of several runs: the runtime itself now and then allocates on whatever thread it borrows, say to
    /// recompile a method, but what the code allocates is there every time.
    /// </summary>
    public static long LeastOf(Action code)
    {
        const int Runs = 5;
        code();
        long least = long.MaxValue;
        for (int i = 0; i < Runs; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
