using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class CommandWordingTests
{
    [Fact]
    public void Whatever_the_engine_tells_people_to_do_is_a_verb_or_an_option()
    {
        IEnumerable<string> remedies = typeof(Remedy).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.NotEmpty(remedies);
        Assert.All(remedies, remedy => Assert.Matches("^«[a-z -]+»$", CommandWording.Of(remedy)));
    }

    [Fact]
    public void A_setting_is_an_option() =>
        Assert.Equal("Set «-o s3.region=eu-west-1».", CommandWording.Of("Set ‹s3.region=eu-west-1›."));
}
