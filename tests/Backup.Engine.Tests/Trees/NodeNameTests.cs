using Backup.Engine.Trees;

namespace Backup.Engine.Tests.Trees;

public sealed class NodeNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("...")]
    [InlineData(".a")]
    [InlineData("a\\b")]
    [InlineData(" ")]
    [InlineData("\udcff")]
    public void Ordinary_names_are_safe(string name)
    {
        Assert.True(NodeName.IsSafe(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("a/b")]
    [InlineData("a\0")]
    public void Names_that_lead_elsewhere_are_not(string name)
    {
        Assert.False(NodeName.IsSafe(name));
    }
}
