using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class ProgressSinkTests
{
    [Fact]
    public void What_comes_late_is_dropped()
    {
        List<int> heard = [];
        var sink = new ProgressSink<int>(heard.Add);

        sink.Report(1);
        sink.Dispose();
        sink.Report(2);

        Assert.Equal([1], heard);
    }

    [Fact]
    public void Who_no_longer_listens_stops_nothing()
    {
        int calls = 0;
        using var sink = new ProgressSink<int>(_ =>
        {
            calls++;
            throw new IOException("Broken pipe");
        });

        sink.Report(1);
        sink.Report(2);

        Assert.Equal(1, calls);
    }

    [Fact]
    public void Closing_waits_for_the_report_that_is_under_way()
    {
        using var entered = new ManualResetEventSlim();
        bool isDone = false;
        var sink = new ProgressSink<int>(_ =>
        {
            entered.Set();
            for (int i = 0; i < 1000; i++)
            {
                Thread.Yield();
            }

            isDone = true;
        });
        var reporting = new Thread(() => sink.Report(1));
        reporting.Start();
        entered.Wait();

        sink.Dispose();

        Assert.True(isDone);
        reporting.Join();
    }
}
