using System.Text;
using Backup.Engine.Chunking;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public sealed class ConfigFileTests
{
    private const string Id = "2409da34b4ac5875da8cacea6153a7a38a742f4534ff091cbb6cfbd0d5c1c4c5";
    private const string Restics = $$"""{"version":2,"id":"{{Id}}","chunker_polynomial":"2592025a4d108f"}""";

    private static readonly RepositoryConfig Example = new(2, Id, 0x2592025a4d108f);

    [Fact]
    public void What_restic_wrote_is_read() => Assert.Equal(Example, Decode(Restics));

    [Fact]
    public void What_we_write_is_what_restic_writes() =>
        Assert.Equal(Restics, Encoding.UTF8.GetString(ConfigFile.Encode(Example)));

    [Fact]
    public void What_is_written_is_read_back() => PropertyCheck.Holds(20, random =>
    {
        byte[] id = new byte[Digest.Length];
        random.NextBytes(id);
        var config = new RepositoryConfig(random.Next(1, 3), Convert.ToHexStringLower(id), ChunkerPolynomial.Draw().Value);

        RepositoryConfig read = ConfigFile.Decode(ConfigFile.Encode(config));

        Assert.Equal(config, read);
    });

    [Theory]
    [InlineData("3")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("4294967298")]
    public void An_unknown_version_is_told(string version)
    {
        RepositoryUnsupportedException error = Assert.Throws<RepositoryUnsupportedException>(
            () => Decode(Restics.Replace("\"version\":2", $"\"version\":{version}", StringComparison.Ordinal)));

        Assert.Contains(version, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2592025a4d108e")] // divisible by x
    [InlineData("3")] // irreducible, of degree 1
    [InlineData("0")]
    [InlineData("")]
    [InlineData("2592025a4d108f0000")]
    [InlineData("xyz")]
    public void A_polynomial_that_no_repository_has_is_damage(string polynomial) =>
        Assert.Throws<RepositoryDamagedException>(() => Decode(Restics.Replace("2592025a4d108f", polynomial, StringComparison.Ordinal)));

    [Theory]
    [InlineData("")]
    [InlineData("{}x")]
    [InlineData("[]")]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":"2"}""")]
    [InlineData("""{"version":2,"id":"2409","chunker_polynomial":"2592025a4d108f"}""")]
    [InlineData("""{"version":2,"id":7,"chunker_polynomial":"2592025a4d108f"}""")]
    public void What_is_no_config_is_damage(string json) =>
        Assert.Throws<RepositoryDamagedException>(() => Decode(json));

    [Fact]
    public void Fields_of_the_future_are_passed_over() =>
        Assert.Equal(Example, Decode(Restics.Replace("{\"version\"", "{\"new\":{\"a\":[1]},\"version\"", StringComparison.Ordinal)));

    [Theory]
    [InlineData(3, Id, 0x2592025a4d108f)]
    [InlineData(2, "2409", 0x2592025a4d108f)]
    [InlineData(2, Id, 0x2592025a4d108e)]
    public void A_config_that_can_t_be_is_not_written(int version, string id, ulong polynomial) =>
        Assert.Throws<ArgumentException>(() => ConfigFile.Encode(new RepositoryConfig(version, id, polynomial)));

    [Fact]
    public void Altered_bytes_give_only_our_errors() => PropertyCheck.Holds(random =>
    {
        byte[] json = Encoding.UTF8.GetBytes(Restics);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            json[random.Next(json.Length)] ^= (byte)(1 << random.Next(8));
        }

        Exception? error = Record.Exception(() => ConfigFile.Decode(json.AsSpan(0, random.Next(json.Length + 1))));

        Assert.True(error is null or RepositoryDamagedException or RepositoryUnsupportedException, error?.ToString());
    });

    private static RepositoryConfig Decode(string json) => ConfigFile.Decode(Encoding.UTF8.GetBytes(json));
}
