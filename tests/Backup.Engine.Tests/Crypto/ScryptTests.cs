using System.Text;
using Backup.Engine.Crypto;

namespace Backup.Engine.Tests.Crypto;

public sealed class ScryptTests
{
    // RFC 7914 §12; the one that takes a gigabyte is left out.
    [Theory]
    [InlineData(
        "", "", 16, 1, 1,
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData(
        "password", "NaCl", 1024, 8, 16,
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData(
        "pleaseletmein", "SodiumChloride", 16384, 8, 1,
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void The_published_vectors_come_out(string password, string salt, int n, int r, int p, string expected)
    {
        byte[] derived = new byte[64];

        Scrypt.DeriveKey(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salt), n, r, p, derived);

        Assert.Equal(expected, Convert.ToHexStringLower(derived));
    }

    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(1, 8, 1)]
    [InlineData(-2, 8, 1)]
    [InlineData(3000, 8, 1)]
    [InlineData(1024, 0, 1)]
    [InlineData(1024, 8, 0)]
    [InlineData(1024, 8, -1)]
    [InlineData(1024, -8, 1)]
    [InlineData(1 << 30, 8, 1)]
    [InlineData(1 << 30, int.MaxValue, int.MaxValue)]
    [InlineData(2, int.MaxValue, 1)]
    [InlineData(2, 1, int.MaxValue)]
    [InlineData(1 << 21, 8, 1)]
    [InlineData(1 << 20, 8, 100)]
    public void Hostile_parameters_are_refused_by_name(int n, int r, int p)
    {
        RepositoryDamagedException refusal = Assert.Throws<RepositoryDamagedException>(
            () => Scrypt.DeriveKey("password"u8, "salt"u8, n, r, p, new byte[64]));

        Assert.Contains($"N={n}, r={r}, p={p}", refusal.Message, StringComparison.Ordinal);
    }
}
