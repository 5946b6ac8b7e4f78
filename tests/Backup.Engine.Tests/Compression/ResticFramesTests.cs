using System.Buffers.Binary;
using System.Text;
using Backup.Engine.Compression;
using Backup.Engine.Crypto;
using Backup.Engine.Packs;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Compression;

public sealed class ResticFramesTests
{
    [TheoryIfOnPath("restic")]
    [Trait("Category", "Slow")]
    [InlineData("auto")]
    [InlineData("max")]
    public void Every_blob_that_restic_compressed_is_decoded_without_libzstd(string compression)
    {
        using var folder = new TempFolder();
        var random = new Random(1);
        for (int i = 0; i < 60; i++)
        {
            folder.WriteFile($"source/{i}", Samples.Draw(random, 200_000));
        }

        folder.WriteFile("source/large", [.. Samples.Text(1, 2_000_000), .. Samples.Draw(random, 2_000_000)]);
        var restic = new Restic(folder.Combine("repository"));
        restic.Init();
        restic.Backup("--compression", compression, folder.Combine("source"));
        using MasterKey key = ReadKey(restic.Repository);
        using var cipher = new BlobCipher(key);
        using var decoder = new ZstdDecoder(useLibrary: false);
        int compressed = 0;

        foreach (string file in Directory.GetFiles(Path.Combine(restic.Repository, "data"), "*", SearchOption.AllDirectories))
        {
            byte[] pack = File.ReadAllBytes(file);
            foreach (PackedBlob blob in ReadHeader(cipher, pack))
            {
                byte[] content = Open(cipher, pack.AsSpan((int)blob.Offset, (int)blob.Length));
                if (blob.IsCompressed)
                {
                    byte[] decoded = new byte[blob.UncompressedLength];
                    decoder.Decode(content, decoded);
                    content = decoded;
                    compressed++;
                }

                Assert.Equal(blob.Id, BlobId.Of(content));
            }
        }

        Assert.InRange(compressed, 40, int.MaxValue);
    }

    private static MasterKey ReadKey(string repository)
    {
        string file = Directory.GetFiles(Path.Combine(repository, "keys")).Single();
        return KeyFile.Decode(File.ReadAllBytes(file), Digest.Parse(Path.GetFileName(file)))
            .Unwrap(Encoding.UTF8.GetBytes(Restic.Password)) ?? throw new InvalidOperationException("The password is another one.");
    }

    private static List<PackedBlob> ReadHeader(BlobCipher cipher, byte[] pack)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(pack.AsSpan(pack.Length - sizeof(int)));
        return PackHeader.Decode(Open(cipher, pack.AsSpan(pack.Length - sizeof(int) - length, length)), pack.Length);
    }

    private static byte[] Open(BlobCipher cipher, ReadOnlySpan<byte> sealedBytes)
    {
        byte[] plaintext = new byte[sealedBytes.Length - BlobCipher.Overhead];
        Assert.True(cipher.TryOpen(sealedBytes, plaintext));
        return plaintext;
    }
}
