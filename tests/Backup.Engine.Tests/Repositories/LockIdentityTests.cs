using System.Globalization;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public sealed class LockIdentityTests
{
    [FactIfOnPath("hostname", "id")]
    public void We_are_who_the_system_says()
    {
        (int exitCode, string name, _) = ExternalProgram.Named("id").TryRun("-un");

        LockIdentity us = LockIdentity.Current();

        Assert.Equal(ExternalProgram.Named("hostname").Run().Trim(), us.Hostname);
        Assert.Equal(exitCode == 0 ? name.Trim() : "", us.Username); // containers run as numbers without a name
        Assert.Equal(ExternalProgram.Named("id").Run("-ur").Trim(), us.Uid.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(ExternalProgram.Named("id").Run("-gr").Trim(), us.Gid.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(Environment.ProcessId, us.Pid);
    }

    [Fact]
    public void A_living_process_exists() => Assert.True(ProcessCalls.Exists(Environment.ProcessId));

    [FactOnLinux]
    public void The_first_process_exists_though_it_may_not_be_ours() => Assert.True(ProcessCalls.Exists(1));
}
