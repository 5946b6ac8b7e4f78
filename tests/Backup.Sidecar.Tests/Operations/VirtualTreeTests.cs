using Backup.Engine;
using Backup.Sidecar.Operations;

namespace Backup.Sidecar.Tests.Operations;

public sealed class VirtualTreeTests
{
    [Fact]
    public void The_walk_is_one_of_a_tree() => PropertyCheck.Holds(random =>
    {
        var tree = new VirtualTree(DateTimeOffset.UnixEpoch);
        var paths = new HashSet<string>();
        for (int i = 0; i < random.Next(1, 30); i++)
        {
            // Files end with f, folders with d: no path is both.
            string path = string.Concat(Enumerable.Range(0, random.Next(0, 3)).Select(_ => $"/{"ab-Z."[random.Next(5)]}d"))
                + $"/{"ab-Z."[random.Next(5)]}f";
            if (paths.Add(path))
            {
                tree.Add(path, new byte[random.Next(3)]);
            }
        }

        var open = new Stack<(string Path, string Last)>([("", "")]);
        var files = new List<string>();
        foreach (SourceEntry entry in tree.Walk(CancellationToken.None))
        {
            if (entry.Kind == SourceEntryKind.DirectoryEnd)
            {
                Assert.Equal(open.Pop().Path, entry.Path);
                continue;
            }

            (string parent, string last) = open.Pop();
            string name = entry.Node?.Name ?? "";
            Assert.Equal($"{parent}/{name}", entry.Path);
            Assert.True(FileName.Compare(last, name) < 0, $"{name} comes after {last}");
            open.Push((parent, name));
            if (entry.Kind == SourceEntryKind.DirectoryStart)
            {
                open.Push((entry.Path, ""));
            }
            else
            {
                files.Add(entry.Path);
            }
        }

        Assert.Single(open);
        Assert.Equal(paths.Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    });
}
