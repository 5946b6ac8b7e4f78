using System.Text;
using System.Text.Json;
using Backup.TestKit.Dapr;

namespace Backup.Sidecar.Tests.Dapr.Double;

public sealed class GoJsonTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("100", "100")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("123456789012345678901", "123456789012345680000")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1.5e300", "1.5e+300")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("0", "0")]
    [InlineData("{\"b\":1,\"a\":{\"d\":null,\"c\":true}}", "{\"a\":{\"c\":true,\"d\":null},\"b\":1}")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2}")]
    [InlineData("[ 1 , 2 ]", "[1,2]")]
    [InlineData("\"<&>\"", "\"\\u003c\\u0026\\u003e\"")]
    [InlineData("\"\\u00e9\\u2028\\/\"", "\"é\\u2028/\"")]
    [InlineData("\"\\u0001\\n\"", "\"\\u0001\\n\"")]
    public void Json_comes_out_as_go_writes_it(string json, string expected)
    {
        using JsonDocument document = JsonDocument.Parse(json);

        Assert.Equal(expected, Encoding.UTF8.GetString(GoJson.Encode(document.RootElement)));
    }
}
