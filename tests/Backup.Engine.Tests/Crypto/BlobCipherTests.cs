using System.Security.Cryptography;
using Backup.Engine.Crypto;

namespace Backup.Engine.Tests.Crypto;

public sealed class BlobCipherTests
{
    [Fact]
    public void What_was_sealed_opens_again() => PropertyCheck.Holds(100, random =>
    {
        using MasterKey key = MasterKey.Draw();
        using var cipher = new BlobCipher(key);
        byte[] plaintext = Bytes(random, random.Next(4) == 0 ? random.Next(40_000) : random.Next(100));
        byte[] sealedBytes = Seal(cipher, plaintext);
        byte[] opened = new byte[plaintext.Length];

        bool good = cipher.TryOpen(sealedBytes, opened);

        Assert.True(good);
        Assert.Equal(plaintext, opened);
    });

    [Fact]
    public void Sealed_bytes_are_nonce_then_counter_mode_then_the_authenticator()
    {
        byte[] encrypt = Bytes(new Random(1), 32);
        byte[] macK = Bytes(new Random(2), 16);
        byte[] macR = Bytes(new Random(3), 16);
        byte[] plaintext = Bytes(new Random(4), 20_001);
        using var key = new MasterKey(encrypt, macK, macR);
        using var cipher = new BlobCipher(key);

        byte[] sealedBytes = Seal(cipher, plaintext);

        byte[] nonce = sealedBytes[..16];
        using var mode = new AesCounterMode(encrypt);
        byte[] expected = new byte[plaintext.Length];
        mode.Start(nonce);
        mode.Transform(plaintext, expected);
        using var aes = Aes.Create();
        aes.Key = macK;
        byte[] pad = aes.EncryptEcb(nonce, PaddingMode.None);
        Assert.Equal(expected, sealedBytes[16..^16]);
        Assert.Equal(Poly1305Tests.ByDefinition(macR, pad, expected), sealedBytes[^16..]);
    }

    [Fact]
    public void A_flipped_bit_is_refused_and_nothing_is_written() => PropertyCheck.Holds(random =>
    {
        using MasterKey key = MasterKey.Draw();
        using var cipher = new BlobCipher(key);
        byte[] sealedBytes = Seal(cipher, Bytes(random, random.Next(300)));
        sealedBytes[random.Next(sealedBytes.Length)] ^= (byte)(1 << random.Next(8));
        byte[] opened = new byte[sealedBytes.Length - BlobCipher.Overhead];

        bool good = cipher.TryOpen(sealedBytes, opened);

        Assert.False(good);
        Assert.All(opened, value => Assert.Equal(0, value));
    });

    [Fact]
    public void Every_truncation_is_refused()
    {
        using MasterKey key = MasterKey.Draw();
        using var cipher = new BlobCipher(key);
        byte[] sealedBytes = Seal(cipher, Bytes(new Random(1), 70));

        for (int length = 0; length < sealedBytes.Length; length++)
        {
            byte[] opened = new byte[Math.Max(0, length - BlobCipher.Overhead)];

            Assert.False(cipher.TryOpen(sealedBytes.AsSpan(0, length), opened));
        }
    }

    [Fact]
    public void Another_key_is_refused()
    {
        using MasterKey key = MasterKey.Draw();
        using MasterKey other = MasterKey.Draw();
        using var cipher = new BlobCipher(key);
        using var otherCipher = new BlobCipher(other);
        byte[] sealedBytes = Seal(cipher, new byte[10]);

        Assert.False(otherCipher.TryOpen(sealedBytes, new byte[10]));
    }

    [Fact]
    public void Two_seals_of_the_same_bytes_have_nothing_in_common()
    {
        using MasterKey key = MasterKey.Draw();
        using var cipher = new BlobCipher(key);

        byte[] first = Seal(cipher, new byte[64]);
        byte[] second = Seal(cipher, new byte[64]);

        Assert.NotEqual(first[..16], second[..16]);
        Assert.NotEqual(first[16..80], second[16..80]);
    }

    [Fact]
    public void Wrong_lengths_and_overlaps_are_the_callers_fault()
    {
        using MasterKey key = MasterKey.Draw();
        using var cipher = new BlobCipher(key);
        byte[] room = new byte[200];

        Assert.Throws<ArgumentOutOfRangeException>(() => cipher.Seal(new byte[10], room.AsSpan(0, 41)));
        Assert.Throws<ArgumentOutOfRangeException>(() => cipher.TryOpen(room.AsSpan(0, 50), new byte[17]));
        Assert.Throws<ArgumentException>(() => cipher.Seal(room.AsSpan(0, 10), room.AsSpan(5, 42)));
        Assert.Throws<ArgumentException>(() => cipher.TryOpen(room.AsSpan(0, 42), room.AsSpan(16, 10)));
    }

    [Fact]
    public void Many_threads_share_one_cipher()
    {
        using MasterKey key = MasterKey.Draw();
        using var cipher = new BlobCipher(key);

        Parallel.For(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 16 }, seed =>
        {
            byte[] plaintext = Bytes(new Random(seed), 5000 + seed);
            byte[] opened = new byte[plaintext.Length];

            Assert.True(cipher.TryOpen(Seal(cipher, plaintext), opened));
            Assert.Equal(plaintext, opened);
        });
    }

    [Fact]
    public void The_callers_key_may_be_disposed_first()
    {
        MasterKey key = MasterKey.Draw();
        using var cipher = new BlobCipher(key);
        byte[] sealedBytes = Seal(cipher, [1, 2, 3]);

        key.Dispose();

        byte[] opened = new byte[3];
        Assert.True(cipher.TryOpen(sealedBytes, opened));
        Assert.Equal([1, 2, 3], opened);
    }

    [Fact]
    public void A_disposed_cipher_refuses()
    {
        using MasterKey key = MasterKey.Draw();
        var cipher = new BlobCipher(key);

        cipher.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Seal(cipher, [1]));
    }

    [Fact]
    public void Sealing_and_opening_allocate_nothing()
    {
        using MasterKey key = MasterKey.Draw();
        using var cipher = new BlobCipher(key);
        byte[] plaintext = new byte[100_000];
        byte[] sealedBytes = new byte[plaintext.Length + BlobCipher.Overhead];

        long allocated = Allocations.LeastOf(() =>
        {
            cipher.Seal(plaintext, sealedBytes);
            cipher.TryOpen(sealedBytes, plaintext);
        });

        Assert.Equal(0, allocated);
    }

    private static byte[] Seal(BlobCipher cipher, byte[] plaintext)
    {
        byte[] sealedBytes = new byte[plaintext.Length + BlobCipher.Overhead];
        cipher.Seal(plaintext, sealedBytes);
        return sealedBytes;
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
