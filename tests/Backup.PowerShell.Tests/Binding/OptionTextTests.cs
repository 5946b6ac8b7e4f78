using Backup.PowerShell.Binding;

namespace Backup.PowerShell.Tests.Binding;

public sealed class OptionTextTests
{
    [Theory]
    [InlineData("rest.connections", 8, "rest.connections", "8")]
    [InlineData("S3.Region ", " north-1", "s3.region", "north-1")]
    [InlineData("s3.list-objects-v1", true, "s3.list-objects-v1", "true")]
    [InlineData("x.y", 1.5, "x.y", "1.5")]
    public void Text_numbers_and_yes_or_no_are_settings(string name, object value, string expectedName, string expectedValue) =>
        Assert.Equal((expectedName, expectedValue), OptionText.TryParse(name, value));

    [Theory]
    [InlineData("rest.connections", null)]
    [InlineData("rest.connections", "")]
    [InlineData("", "x")]
    [InlineData(1, "x")]
    public void All_else_is_none(object name, object? value) => Assert.Null(OptionText.TryParse(name, value));
}
