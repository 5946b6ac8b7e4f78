using System.Numerics;
using Backup.Engine.Crypto;

namespace Backup.Engine.Tests.Crypto;

public sealed class Poly1305Tests
{
    // D. J. Bernstein, «The Poly1305-AES message-authentication code», appendix B.
    public static TheoryData<string, string, string, string, string> PublishedVectors => new()
    {
        {
            "f3f6", "851fc40c3467ac0be05cc20404f3f700", "ec074c835580741701425b623235add6",
            "fb447350c4e868c52ac3275cf9d4327e", "f4c633c3044fc145f84f335cb81953de"
        },
        {
            "", "a0f3080000f46400d0c7e9076c834403", "75deaa25c09f208e1dc4ce6b5cad3fbf",
            "61ee09218d29b0aaed7e154a2c5509cc", "dd3fab2251f11ac759f0887129cc2ee7"
        },
        {
            "663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136",
            "48443d0bb0d21109c89a100b5ce2c208", "6acb5f61a7176dd320c5c1eb2edcdc74",
            "ae212a55399729595dea458bc621ff0e", "0ee1c16bb73f0f4fd19881753c01cdbe"
        },
        {
            "ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961"
            + "c4cb21095c1bf9",
            "12976a08c4426d0ce8a82407c4f48207", "e1a5668a4d5b66a5f68cc5424ed5982d",
            "9ae831e743978d3a23527c7128149e3a", "5154ad0d2cb26e01274fc51148491f1b"
        },
    };

    [Theory]
    [MemberData(nameof(PublishedVectors))]
    public void The_published_vectors_come_out(string message, string multiplier, string key, string nonce, string expected)
    {
        var mac = new Poly1305(Convert.FromHexString(multiplier));
        using var blocks = new AesBlocks(Convert.FromHexString(key));
        byte[] pad = new byte[16];
        blocks.Encrypt(Convert.FromHexString(nonce), 16, pad);
        byte[] tag = new byte[16];

        mac.Start();
        mac.Add(Convert.FromHexString(message));
        mac.Finish(pad, tag);

        Assert.Equal(expected, Convert.ToHexStringLower(tag));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_message_has_the_tag_that_the_definition_gives(bool useLanes) => PropertyCheck.Holds(random =>
    {
        byte[] multiplier = Extreme(random, 16);
        byte[] pad = Extreme(random, 16);
        byte[] message = Extreme(random, random.Next(3) == 0 ? random.Next(3000) : random.Next(200));
        var mac = new Poly1305(multiplier, useLanes);
        byte[] tag = new byte[16];

        mac.Start();
        int first = random.Next((message.Length / 16) + 1) * 16;
        mac.Add(message.AsSpan(0, first));
        mac.Add(message.AsSpan(first));
        mac.Finish(pad, tag);

        Assert.Equal(ByDefinition(multiplier, pad, message), tag);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_long_message_has_the_tag_that_the_definition_gives(bool useLanes) => PropertyCheck.Holds(5, random =>
    {
        byte[] multiplier = Extreme(random, 16);
        byte[] message = Extreme(random, 100_000 + random.Next(100));
        var mac = new Poly1305(multiplier, useLanes);
        byte[] tag = new byte[16];

        mac.Start();
        mac.Add(message);
        mac.Finish(new byte[16], tag);

        Assert.Equal(ByDefinition(multiplier, new byte[16], message), tag);
    });

    [Fact]
    public void Sums_at_the_edges_of_the_prime_are_reduced()
    {
        // With the multiplier 1 the sum is the plain sum of the blocks: steer it to just below and above 2^130 - 5.
        byte[] one = new byte[16];
        one[0] = 1;
        for (int low = 0; low < 12; low++)
        {
            byte[] message = new byte[48];
            message.AsSpan().Fill(0xFF);
            message.AsSpan(16, 32).Clear();
            message[0] = (byte)(0xFF - low);
            message.AsSpan(17, 15).Fill(0xFF);
            message[16] = (byte)(0xF0 + low);
            message[32] = (byte)low;
            var mac = new Poly1305(one);
            byte[] tag = new byte[16];

            mac.Start();
            mac.Add(message);
            mac.Finish(new byte[16], tag);

            Assert.Equal(ByDefinition(one, new byte[16], message), tag);
        }
    }

    internal static byte[] ByDefinition(byte[] multiplier, byte[] pad, byte[] message)
    {
        byte[] clamped = [.. multiplier];
        foreach (int i in (int[])[3, 7, 11, 15])
        {
            clamped[i] &= 15;
        }

        foreach (int i in (int[])[4, 8, 12])
        {
            clamped[i] &= 252;
        }

        var r = new BigInteger(clamped, isUnsigned: true);
        BigInteger prime = BigInteger.Pow(2, 130) - 5;
        BigInteger sum = 0;
        foreach (byte[] block in message.Chunk(16))
        {
            sum = (sum + new BigInteger([.. block, 1], isUnsigned: true)) * r % prime;
        }

        sum = (sum + new BigInteger(pad, isUnsigned: true)) % BigInteger.Pow(2, 128);
        byte[] tag = new byte[16];
        sum.TryWriteBytes(tag, out _, isUnsigned: true);
        return tag;
    }

    // Carries hide in extremes: mostly ones, mostly zeros, or anything.
    private static byte[] Extreme(Random random, int length)
    {
        byte[] bytes = new byte[length];
        switch (random.Next(4))
        {
            case 0:
                Array.Fill(bytes, (byte)0xFF);
                break;
            case 1:
                Array.Fill(bytes, (byte)0xFF);
                for (int i = 0; i < length; i += random.Next(1, 16))
                {
                    bytes[i] = (byte)random.Next(256);
                }

                break;
            default:
                random.NextBytes(bytes);
                break;
        }

        return bytes;
    }
}
