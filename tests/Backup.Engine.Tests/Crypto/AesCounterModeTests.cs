using System.Numerics;
using System.Security.Cryptography;
using Backup.Engine.Crypto;

namespace Backup.Engine.Tests.Crypto;

public sealed class AesCounterModeTests
{
    [Fact]
    public void The_published_vector_comes_out()
    {
        // NIST SP 800-38A, F.5.5 CTR-AES256.Encrypt.
        byte[] key = Convert.FromHexString("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        byte[] iv = Convert.FromHexString("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        byte[] plaintext = Convert.FromHexString(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
        using var mode = new AesCounterMode(key);
        byte[] encrypted = new byte[plaintext.Length];

        mode.Start(iv);
        mode.Transform(plaintext, encrypted);

        Assert.Equal(
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
            + "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
            Convert.ToHexStringLower(encrypted));
    }

    [Theory]
    [InlineData("ffffffffffffffffffffffffffffffff")]
    [InlineData("fffffffffffffffffffffffffffffe80")]
    [InlineData("0000000000000000ffffffffffffffff")]
    [InlineData("00000000000000fffffffffffffffff0")]
    public void The_counter_carries_over_all_of_its_sixteen_bytes(string iv)
    {
        byte[] key = new byte[32];
        byte[] zeros = new byte[40_000];
        using var mode = new AesCounterMode(key);
        byte[] keyStream = new byte[zeros.Length];

        mode.Start(Convert.FromHexString(iv));
        mode.Transform(zeros, keyStream);

        Assert.Equal(KeyStream(key, Convert.FromHexString(iv), zeros.Length), keyStream);
    }

    [Fact]
    public void Any_length_in_any_whole_blocks_gives_the_same_bytes() => PropertyCheck.Holds(50, random =>
    {
        byte[] key = Bytes(random, 32);
        byte[] iv = Bytes(random, 16);
        byte[] source = Bytes(random, random.Next(30_000));
        byte[] expected = KeyStream(key, iv, source.Length);
        for (int i = 0; i < source.Length; i++)
        {
            expected[i] ^= source[i];
        }

        using var mode = new AesCounterMode(key);
        byte[] actual = new byte[source.Length];

        mode.Start(iv);
        for (int offset = 0; offset < source.Length;)
        {
            int length = Math.Min(source.Length - offset, 16 * random.Next(1, 1200));
            mode.Transform(source.AsSpan(offset, length), actual.AsSpan(offset, length));
            offset += length;
        }

        Assert.Equal(expected, actual);
    });

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] KeyStream(byte[] key, byte[] iv, int length)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        var counter = new BigInteger(iv, isUnsigned: true, isBigEndian: true);
        var stream = new List<byte>();
        while (stream.Count < length)
        {
            byte[] digits = (counter % BigInteger.Pow(2, 128)).ToByteArray(isUnsigned: true, isBigEndian: true);
            byte[] block = new byte[16];
            digits.CopyTo(block, 16 - digits.Length);
            stream.AddRange(aes.EncryptEcb(block, PaddingMode.None));
            counter++;
        }

        return [.. stream.Take(length)];
    }
}
