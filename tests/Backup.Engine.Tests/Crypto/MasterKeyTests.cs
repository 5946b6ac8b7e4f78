using Backup.Engine.Crypto;

namespace Backup.Engine.Tests.Crypto;

public sealed class MasterKeyTests
{
    [Fact]
    public void Derived_bytes_are_encrypt_then_k_then_r()
    {
        byte[] bytes = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

        using MasterKey key = MasterKey.FromDerived(bytes);

        Assert.Equal(bytes[..32], key.Encrypt.ToArray());
        Assert.Equal(bytes[32..48], key.MacK.ToArray());
        Assert.Equal(bytes[48..], key.MacR.ToArray());
    }

    [Fact]
    public void Drawn_keys_differ()
    {
        using MasterKey first = MasterKey.Draw();
        using MasterKey second = MasterKey.Draw();

        Assert.NotEqual(first.Encrypt.ToArray(), second.Encrypt.ToArray());
        Assert.NotEqual(first.MacK.ToArray(), second.MacK.ToArray());
        Assert.NotEqual(first.MacR.ToArray(), second.MacR.ToArray());
    }

    [Fact]
    public void Parts_of_wrong_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MasterKey(new byte[31], new byte[16], new byte[16]));
        Assert.Throws<ArgumentException>(() => new MasterKey(new byte[32], new byte[17], new byte[16]));
        Assert.Throws<ArgumentException>(() => new MasterKey(new byte[32], new byte[16], []));
        Assert.Throws<ArgumentException>(() => MasterKey.FromDerived(new byte[63]));
    }

    [Fact]
    public void A_disposed_key_gives_nothing_away()
    {
        MasterKey key = MasterKey.Draw();

        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Encrypt.ToArray());
    }
}
