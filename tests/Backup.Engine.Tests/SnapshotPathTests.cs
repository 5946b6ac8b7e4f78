namespace Backup.Engine.Tests;

public class SnapshotPathTests
{
    [Theory]
    [InlineData("latest", "latest", "")]
    [InlineData("1f0ab2:/home/x", "1f0ab2", "/home/x")]
    [InlineData("latest:a:b", "latest", "a:b")]
    [InlineData("latest:", "latest", "")]
    public void The_first_colon_separates_the_folder(string text, string snapshot, string folder)
    {
        SnapshotPath path = SnapshotPath.Parse(text);

        Assert.Equal(new SnapshotPath(snapshot, folder), path);
    }
}
