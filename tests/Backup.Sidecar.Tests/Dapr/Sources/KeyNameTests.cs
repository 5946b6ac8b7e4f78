using System.Text;
using Backup.Sidecar.Dapr.Sources;

namespace Backup.Sidecar.Tests.Dapr.Sources;

public sealed class KeyNameTests
{
    [Fact]
    public void Every_key_has_a_file_name_of_its_own_that_file_systems_take() => PropertyCheck.Holds(random =>
    {
        string start = new(random.GetItems("aZ/%\\.~\tü🙂".ToCharArray(), random.Next(0, 400)));
        string[] keys = [start, start + "a", start + "/", start + "%", "x" + start];

        string[] files = [.. keys.Select(KeyName.ToFile)];

        Assert.Equal(keys.Length, files.Distinct(StringComparer.Ordinal).Count());
        Assert.All(files, file => Assert.InRange(Encoding.UTF8.GetByteCount(file), 1, 240));
        Assert.All(files, file => Assert.DoesNotContain('/', file));
        Assert.All(files, file => Assert.True(file is not ("." or "..")));
    });

    [Theory]
    [InlineData("order:1", "order:1")]
    [InlineData("a/b%", "a%2Fb%25")]
    [InlineData("..", "%2E%2E")]
    [InlineData("", "%")]
    public void Names_show_the_key(string key, string expected) => Assert.Equal(expected, KeyName.ToFile(key));
}
