using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public sealed class HostInstanceTests
{
    private const string First = "pid:[4026531836]";
    private const string Other = "pid:[4026532281]";
    private const string Pod = "0d0f2a4e-3c1b-4a7e-9f10-2b6c1d5e8f90";
    private const string Container = "4f1c9a60b8e7d2c35a1f0e9d8c7b6a594f1c9a60b8e7d2c35a1f0e9d8c7b6a59";

    private static readonly string[] PodMounts =
    [
        "711 689 0:52 / / rw,relatime - overlay overlay rw",
        $"723 711 8:1 /var/lib/docker/containers/{Container}/hostname /etc/hostname rw - ext4 /dev/sda1 rw",
        $"722 711 8:1 /var/lib/kubelet/pods/{Pod}/etc-hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw",
    ];

    [Fact]
    public void A_machine_is_the_same_after_a_boot()
    {
        HostInstance one = HostInstance.Of(First, "machine", "boot 1", null, []);

        Assert.Equal(one, HostInstance.Of(First, "machine", "boot 2", null, PodMounts));
        Assert.NotEqual(one.Id, HostInstance.Of(First, "a clone with its own id", "boot 1", null, []).Id);
        Assert.Null(one.Container);
        Assert.DoesNotContain("machine", one.Id, StringComparison.Ordinal); // which is nobody's business
    }

    [Fact]
    public void A_machine_without_an_id_has_its_name_only() =>
        Assert.Equal(new HostInstance("", null), HostInstance.Of(First, "", "boot", null, []));

    [Fact]
    public void A_pod_is_known_by_its_UID()
    {
        Assert.Equal(Pod, HostInstance.Of(Other, "machine", "boot", null, PodMounts).Container);
        Assert.Equal("said", HostInstance.Of(Other, "machine", "boot", "said", PodMounts).Container);
    }

    [Fact]
    public void Without_a_pod_the_container_s_id_is_taken()
    {
        Assert.Equal(Container, HostInstance.Of(Other, "", "boot", "", PodMounts[..2]).Container);
        Assert.NotEmpty(HostInstance.Of(Other, "", "boot", null, PodMounts[..1]).Container ?? "");
    }

    [Fact]
    public void Containers_that_don_t_see_each_other_s_processes_are_not_the_same()
    {
        string one = HostInstance.Of(Other, "machine", "boot", null, PodMounts).Id;

        Assert.Equal(one, HostInstance.Of(Other, "another image", "boot", null, PodMounts).Id);
        Assert.NotEqual(one, HostInstance.Of("pid:[4026532282]", "machine", "boot", null, PodMounts).Id); // of the same pod
        Assert.NotEqual(one, HostInstance.Of(Other, "machine", "boot of another node", null, PodMounts).Id);
        Assert.NotEqual(one, HostInstance.Of(Other, "machine", "boot", "another pod", PodMounts).Id);
    }

    [Fact]
    public void Where_nothing_can_be_told_it_is_like_no_other()
    {
        Assert.NotEqual(HostInstance.Of(null, "machine", "boot", null, []).Id, HostInstance.Of(null, "machine", "boot", null, []).Id);
        Assert.NotEqual(HostInstance.Of(Other, "machine", "", null, []).Id, HostInstance.Of(Other, "machine", "", null, []).Id);
    }

    [FactOnLinux]
    public void Here_it_is_always_the_same()
    {
        LockIdentity us = LockIdentity.ForLocks();

        Assert.Equal(us, LockIdentity.ForLocks());
        Assert.True(us.Sees(us));
        Assert.StartsWith(LockIdentity.Current().Hostname, us.Hostname, StringComparison.Ordinal);
    }
}
