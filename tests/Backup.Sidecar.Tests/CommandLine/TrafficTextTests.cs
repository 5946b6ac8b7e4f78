using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class TrafficTextTests
{
    [Fact]
    public void What_happened_is_said_with_its_size()
    {
        var traffic = new BackendTraffic { Saves = 31, BytesSaved = 5 << 20, Reads = 1, BytesRead = 1024, Removals = 1, Retries = 2 };

        Assert.Equal("31 saves, 5.000 MiB; 1 read, 1.000 KiB; 1 removal; 2 repeated calls", TrafficText.Format(traffic));
    }

    [Fact]
    public void What_did_not_happen_is_left_out() => Assert.Equal("nothing", TrafficText.Format(default));
}
