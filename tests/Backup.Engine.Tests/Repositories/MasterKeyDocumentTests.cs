using System.Text;
using Backup.Engine.Crypto;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public sealed class MasterKeyDocumentTests
{
    private const string Restics =
        """{"mac":{"k":"wDPwKTKTksCFLUUec1Z1og==","r":"WFo+C4iXbQhE1wEJAMWsAw=="},"encrypt":"kp+mNz7vQCpm9znrme2GKvNn92PF51r4dpVS8+Euxmk="}""";

    [Fact]
    public void What_restic_wrote_is_read_and_written_again()
    {
        using MasterKey key = MasterKeyDocument.Decode(Encoding.UTF8.GetBytes(Restics));
        byte[] written = new byte[MasterKeyDocument.Length];

        MasterKeyDocument.Encode(key, written);

        Assert.Equal(Restics, Encoding.UTF8.GetString(written));
        Assert.Equal("wDPwKTKTksCFLUUec1Z1og==", Convert.ToBase64String(key.MacK));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,2]")]
    [InlineData("""{"mac":{"k":"AAAAAAAAAAAAAAAAAAAAAA==","r":"WFo+C4iXbQhE1wEJAMWsAw=="},"encrypt":"kp+mNz7vQCpm9znrme2GKvNn92PF51r4dpVS8+Euxmk="}""")]
    [InlineData("""{"mac":{"k":"wDPwKTKTksCFLUUec1Z1og=="},"encrypt":"kp+mNz7vQCpm9znrme2GKvNn92PF51r4dpVS8+Euxmk="}""")]
    [InlineData("""{"mac":{"k":"wDPwKTKTksCFLUUec1Z1og==","r":"WFo+C4iXbQhE1wEJAMWsAw=="}}""")]
    [InlineData("""{"mac":{"k":"wDPwKTKTksCFLUUec1Z1og==","r":"WFo+C4iXbQhE1wEJAMWs"},"encrypt":"kp+mNz7vQCpm9znrme2GKvNn92PF51r4dpVS8+Euxmk="}""")]
    [InlineData("""{"mac":{"k":"wDPwKTKTksCFLUUec1Z1og==","r":"WFo+C4iXbQhE1wEJAMWsAw=="},"encrypt":"kp+mNz7vQCpm9znrme2GKvNn92PF51r4dpVS8+EuxmkAAAA="}""")]
    [InlineData("""{"mac":{"k":1,"r":"WFo+C4iXbQhE1wEJAMWsAw=="},"encrypt":"kp+mNz7vQCpm9znrme2GKvNn92PF51r4dpVS8+Euxmk="}""")]
    [InlineData("""{"mac":{"k":"****************","r":"WFo+C4iXbQhE1wEJAMWsAw=="},"encrypt":"kp+mNz7vQCpm9znrme2GKvNn92PF51r4dpVS8+Euxmk="}""")]
    public void What_is_no_master_key_is_damage_and_the_message_keeps_it_secret(string json)
    {
        RepositoryDamagedException error = Assert.Throws<RepositoryDamagedException>(
            () => MasterKeyDocument.Decode(Encoding.UTF8.GetBytes(json)));

        Assert.DoesNotContain("WFo+", error.ToString(), StringComparison.Ordinal);
    }
}
