using System.Globalization;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public sealed class LockIdentityTests
{
    [FactIfOnPath("hostname", "id")]
    public void We_are_who_the_system_says()
    {
        LockIdentity us = LockIdentity.Current();

        Assert.Equal(ExternalProgram.Named("hostname").Run().Trim(), us.Hostname);
        Assert.Equal(ExternalProgram.Named("id").Run("-un").Trim(), us.Username);
        Assert.Equal(ExternalProgram.Named("id").Run("-ur").Trim(), us.Uid.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(ExternalProgram.Named("id").Run("-gr").Trim(), us.Gid.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(Environment.ProcessId, us.Pid);
    }

    [Fact]
    public void A_living_process_exists() => Assert.True(ProcessCalls.Exists(Environment.ProcessId));

    [FactOnLinux]
    public void The_first_process_exists_though_it_may_not_be_ours() => Assert.True(ProcessCalls.Exists(1));
}
