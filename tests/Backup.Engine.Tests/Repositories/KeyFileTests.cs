using System.Text;
using Backup.Engine.Crypto;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public sealed class KeyFileTests
{
    private static readonly KeyOptions Cheap = new(new Timestamp(1_767_323_045, 123_456_789, 60), "root", "vm")
    {
        Cost = new ScryptCost(16, 1, 1),
    };

    // Made by restic 0.19.1 for the password «x».
    private const string Restics =
        """
        {"created":"2026-11-22T16:32:21.303768335Z","username":"root","hostname":"vm","kdf":"scrypt","N":32768,"r":8,"p":3,"salt":"j8DhbQw5Oj1ieru4ldIJ8+dixCtGty4usr36ek600OevwoN8k3tJZdKER6ezQtJ0v08/VgOV+oG0RFW7h+4p7Q==","data":"04afnzFLtd0A+ZEA44d/pEaFI2zHSIrTFe6eOxSt9Z7psGwZ1FP9LBBnIxnT+j84+BAUbU5rOFHr9LXzxWwND+2ctUhWYVBM6xOoHavTjVTZCjsC31aZXycKABr3wqeDWS02SsUXhKqQ3UsmU81p9kwclmBd7KhWw34lsHHefL/Cgc6tJawduXpE34UA61sEioHoyokfJTSlRHRIVXid8w=="}
        """;

    [Fact]
    public void What_restic_wrote_is_unwrapped_and_written_again()
    {
        var key = KeyFile.Decode(Encoding.UTF8.GetBytes(Restics), default);

        using MasterKey? masterKey = key.Unwrap("x"u8);

        Assert.NotNull(masterKey);
        Assert.Equal("wDPwKTKTksCFLUUec1Z1og==", Convert.ToBase64String(masterKey.MacK));
        Assert.Equal("WFo+e4mXbYhF1wGJA8WsUw==", Convert.ToBase64String(masterKey.MacR));
        Assert.Equal("kp+mNz7vQCpm9znrme2GKvNn92PF51r4dpVS8+Euxmk=", Convert.ToBase64String(masterKey.Encrypt));
        Assert.Equal(Restics, Encoding.UTF8.GetString(key.Encode()));
    }

    [Fact]
    public void What_is_wrapped_is_unwrapped_with_the_password_and_no_other() => PropertyCheck.Holds(20, random =>
    {
        byte[] password = new byte[random.Next(40)];
        random.NextBytes(password);
        using var masterKey = MasterKey.Draw();
        var options = new KeyOptions(new Timestamp(random.Next(), random.Next(1_000_000_000), 120), "ün", "h<o>st")
        {
            Cost = new ScryptCost(1 << random.Next(1, 8), random.Next(1, 9), random.Next(1, 4)),
        };

        KeyFile key = Reread(KeyFile.Wrap(masterKey, password, options));
        using MasterKey? unwrapped = key.Unwrap(password);
        using MasterKey? other = key.Unwrap([.. password, 1]);

        Assert.Equal((options.Created, options.Username, options.Hostname, options.Cost), (key.Created, key.Username, key.Hostname, key.Cost));
        AssertSame(masterKey, unwrapped);
        Assert.Null(other);
    });

    [Fact]
    public void The_fields_are_in_restics_order()
    {
        using var masterKey = MasterKey.Draw();

        string json = Encoding.UTF8.GetString(KeyFile.Wrap(masterKey, "x"u8, Cheap).Encode());

        Assert.StartsWith(
            """{"created":"2026-01-02T04:04:05.123456789+01:00","username":"root","hostname":"vm","kdf":"scrypt","N":16,"r":1,"p":1,"salt":" """.TrimEnd(),
            json,
            StringComparison.Ordinal);
        Assert.Contains("\",\"data\":\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_passwords_have_different_salts()
    {
        using var masterKey = MasterKey.Draw();

        KeyFile first = KeyFile.Wrap(masterKey, "x"u8, Cheap);
        KeyFile second = KeyFile.Wrap(masterKey, "x"u8, Cheap);

        Assert.Equal(64, first.Salt.Length);
        Assert.NotEqual(first.Salt.ToArray(), second.Salt.ToArray());
    }

    [Theory]
    [InlineData("\"N\":16", "\"N\":15")]
    [InlineData("\"N\":16", "\"N\":0")]
    [InlineData("\"N\":16", "\"N\":1")]
    [InlineData("\"N\":16", "\"N\":-16")]
    [InlineData("\"N\":16", "\"N\":1073741824")]
    [InlineData("\"N\":16", "\"N\":1099511627776")]
    [InlineData("\"N\":16", "\"N\":99999999999999999999999999")]
    [InlineData("\"N\":16", "\"N\":1.6e1")]
    [InlineData("\"N\":16", "\"N\":\"16\"")]
    [InlineData("\"N\":16", "\"M\":16")]
    [InlineData("\"r\":1", "\"r\":0")]
    [InlineData("\"r\":1", "\"r\":-1")]
    [InlineData("\"r\":1", "\"r\":2147483647")]
    [InlineData("\"r\":1,", "")]
    [InlineData("\"p\":1", "\"p\":0")]
    [InlineData("\"p\":1", "\"p\":-2147483648")]
    [InlineData("\"p\":1", "\"p\":2147483647")]
    [InlineData("\"p\":1,", "")]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"none\"")]
    [InlineData("\"kdf\":\"scrypt\",", "")]
    [InlineData("\"salt\":\"", "\"salt\":\"AA")]
    [InlineData("\"salt\":\"", "\"salt\":\"AAAA")]
    [InlineData("\"salt\":", "\"pepper\":")]
    [InlineData("\"data\":\"", "\"data\":\"!")]
    [InlineData("\"data\":", "\"date\":")]
    [InlineData("\"created\":\"", "\"created\":\"x")]
    [InlineData("\"username\":\"root\"", "\"username\":{}")]
    [InlineData("{\"created\"", "[\"created\"")]
    public void A_hostile_key_file_is_damage_and_costs_nothing(string part, string replacement)
    {
        string json = CheapJson();
        Assert.Contains(part, json, StringComparison.Ordinal);
        byte[] hostile = Encoding.UTF8.GetBytes(json.Replace(part, replacement, StringComparison.Ordinal));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<RepositoryDamagedException>(() => KeyFile.Decode(hostile, default).Unwrap("x"u8));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    public void Data_too_short_for_a_key_is_damage(int length)
    {
        KeyFile key = KeyFile.Decode(Encoding.UTF8.GetBytes(CheapJson()), default) with { Data = new byte[length] };

        Assert.Throws<RepositoryDamagedException>(() => Reread(key));
    }

    [Fact]
    public void Altered_bytes_give_the_key_or_nothing_or_our_errors()
    {
        byte[] original = Encoding.UTF8.GetBytes(CheapJson());
        PropertyCheck.Holds(random =>
        {
            byte[] json = (byte[])original.Clone();
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                json[random.Next(json.Length)] ^= (byte)(1 << random.Next(8));
            }

            Exception? error = Record.Exception(
                () => KeyFile.Decode(json.AsSpan(0, random.Next(4) > 0 ? json.Length : random.Next(json.Length)), default).Unwrap("x"u8)?.Dispose());

            Assert.True(error is null or RepositoryDamagedException, error?.ToString());
        });
    }

    [Fact]
    public void Altered_data_never_gives_another_key() => PropertyCheck.Holds(random =>
    {
        using var masterKey = MasterKey.Draw();
        KeyFile key = KeyFile.Wrap(masterKey, "x"u8, Cheap);
        byte[] data = key.Data.ToArray();
        data[random.Next(data.Length)] ^= (byte)(1 << random.Next(8));

        using MasterKey? unwrapped = (key with { Data = data }).Unwrap("x"u8);

        Assert.Null(unwrapped);
    });

    internal static void AssertSame(MasterKey expected, MasterKey? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Encrypt.ToArray(), actual.Encrypt.ToArray());
        Assert.Equal(expected.MacK.ToArray(), actual.MacK.ToArray());
        Assert.Equal(expected.MacR.ToArray(), actual.MacR.ToArray());
    }

    private static KeyFile Reread(KeyFile key) => KeyFile.Decode(key.Encode(), default);

    private static string CheapJson()
    {
        using var masterKey = MasterKey.Draw();
        return Encoding.UTF8.GetString(KeyFile.Wrap(masterKey, "x"u8, Cheap).Encode());
    }
}
