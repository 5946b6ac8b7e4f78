using Backup.Sidecar.Configuration;
using Backup.Sidecar.Jobs;

namespace Backup.Sidecar.Tests.Configuration;

public sealed class AllowedRootsTests
{
    [FactOnLinux]
    public void Links_are_followed_wherever_they_stand()
    {
        using var folder = new TempFolder();
        string root = folder.CreateFolder("real/root");
        folder.CreateFolder("real/root/a/b");
        folder.CreateFolder("outside");
        Directory.CreateSymbolicLink(folder.Combine("alias"), root);
        Directory.CreateSymbolicLink(folder.Combine("real/root/in"), "a/b");
        Directory.CreateSymbolicLink(folder.Combine("real/root/out"), "../../outside");
        Directory.CreateSymbolicLink(folder.Combine("real/root/loop"), "loop");
        var roots = new AllowedRoots([folder.Combine("alias")]);

        Assert.Equal(root, roots.Resolve(root));
        Assert.Equal($"{root}/a/b/new", roots.Resolve(folder.Combine("alias/in/new")));
        Assert.Equal($"{root}/a", roots.Resolve(folder.Combine("alias/in/.."))); // behind the link, not before it
        Assert.Throws<RequestException>(() => roots.Resolve(folder.Combine("alias/out")));
        Assert.Throws<RequestException>(() => roots.Resolve(folder.Combine("alias/out/new")));
        Assert.Throws<RequestException>(() => roots.Resolve(folder.Combine("alias/..")));
        Assert.Throws<RequestException>(() => roots.Resolve(folder.Combine("alias/loop/x")));
        Assert.Throws<RequestException>(() => roots.Resolve(root + "2"));
        Assert.Throws<RequestException>(() => roots.Resolve("real"));
        Assert.Throws<RequestException>(() => new AllowedRoots([]).Resolve(root));
        Assert.Equal("/etc", new AllowedRoots(["/"]).Resolve("/etc"));
    }
}
