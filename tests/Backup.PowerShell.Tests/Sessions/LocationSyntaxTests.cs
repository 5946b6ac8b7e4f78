using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Tests.Sessions;

public sealed class LocationSyntaxTests
{
    [Theory]
    [InlineData("rest:https://host/", true)]
    [InlineData("s3:bucket/path", true)]
    [InlineData("local:/srv", true)]
    [InlineData("/srv/backup", false)]
    [InlineData("./a:b", false)]
    [InlineData("backup", false)]
    [InlineData("~/backup", false)]
    [InlineData("Temp:/backup", false)]
    [InlineData("temp:/backup", false)]
    [InlineData(":odd", false)]
    public void Paths_are_told_from_locations_with_a_scheme(string text, bool expected) =>
        Assert.Equal(expected, LocationSyntax.HasScheme(text, name => name.Equals("Temp", StringComparison.OrdinalIgnoreCase)));
}
