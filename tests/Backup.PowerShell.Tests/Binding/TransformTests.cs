using System.Management.Automation;
using System.Text;
using Backup.Engine;
using Backup.PowerShell.Binding;

namespace Backup.PowerShell.Tests.Binding;

/// <summary>What people write, turned into what parameters take. Where no PowerShell runs, only plain values can be tried.</summary>
public sealed class TransformTests
{
    private static readonly EngineIntrinsics NoEngine = null!; // none of them asks it anything

    [Theory]
    [InlineData("all", RetentionPolicy.Unlimited)]
    [InlineData("Unlimited", RetentionPolicy.Unlimited)]
    [InlineData(7, 7)]
    [InlineData("7", "7")]
    public void Counts_may_have_no_end(object given, object expected) => Assert.Equal(expected, new CountTransformAttribute().Transform(NoEngine, given));

    [Fact]
    public void Durations_are_read_as_people_write_them()
    {
        var transform = new DurationTransformAttribute();

        Assert.Equal(TimeSpan.FromMinutes(90), transform.Transform(NoEngine, "1h30m"));
        Assert.Equal(TimeSpan.FromSeconds(1), transform.Transform(NoEngine, TimeSpan.FromSeconds(1)));
        Assert.Equal("0:10:00", transform.Transform(NoEngine, "0:10:00")); // PowerShell makes a TimeSpan of it
        Assert.Throws<ArgumentTransformationMetadataException>(() => transform.Transform(NoEngine, "long"));
    }

    [Fact]
    public void Spans_are_read_as_restic_writes_them_or_are_whole_hours()
    {
        var transform = new SpanTransformAttribute();

        Assert.Equal(new RetentionSpan(1, 6, 0, 0), transform.Transform(NoEngine, "1y6m"));
        Assert.Equal(new RetentionSpan(0, 0, 2, 3), transform.Transform(NoEngine, TimeSpan.FromHours(51)));
        Assert.Throws<ArgumentTransformationMetadataException>(() => transform.Transform(NoEngine, TimeSpan.FromMinutes(90)));
        Assert.Throws<ArgumentTransformationMetadataException>(() => transform.Transform(NoEngine, "soon"));
    }

    [Fact]
    public void Encodings_are_named_as_PowerShell_does_it()
    {
        var transform = new EncodingTransformAttribute();

        Assert.Equal(Encoding.UTF8, transform.Transform(NoEngine, "utf8"));
        Assert.Equal(Encoding.Unicode, transform.Transform(NoEngine, "Unicode"));
        Assert.Equal(Encoding.Latin1, transform.Transform(NoEngine, "iso-8859-1"));
        Assert.Equal(Encoding.ASCII, transform.Transform(NoEngine, Encoding.ASCII));
        Assert.Throws<ArgumentTransformationMetadataException>(() => transform.Transform(NoEngine, "klingon"));
    }

    [Fact]
    public void A_password_in_plain_text_is_refused_and_a_repository_is_taken_by_name_or_folder()
    {
        Assert.Throws<ArgumentTransformationMetadataException>(() => new PasswordTransformAttribute().Transform(NoEngine, "secret"));
        var reference = Assert.IsType<RepositoryReference>(new RepositoryTransformAttribute().Transform(NoEngine, "home"));
        Assert.Equal("home", reference.Text);
        Assert.Equal("/srv", Assert.IsType<RepositoryReference>(new RepositoryTransformAttribute().Transform(NoEngine, new DirectoryInfo("/srv"))).Text);
        Assert.Throws<ArgumentTransformationMetadataException>(() => new RepositoryTransformAttribute().Transform(NoEngine, 7));
    }

    [Fact]
    public void Several_repositories_are_taken_only_where_there_is_room_for_them()
    {
        object[] given = ["home", new DirectoryInfo("/srv")];

        object? several = new RepositoryTransformAttribute { TakesSeveral = true }.Transform(NoEngine, given);

        Assert.Equal(["home", "/srv"], Assert.IsType<RepositoryReference[]>(several).Select(each => each.Text));
        Assert.Throws<ArgumentTransformationMetadataException>(() => new RepositoryTransformAttribute().Transform(NoEngine, given));
        Assert.Throws<ArgumentTransformationMetadataException>(() => new RepositoryTransformAttribute { TakesSeveral = true }.Transform(NoEngine, new object?[] { null }));
    }
}
