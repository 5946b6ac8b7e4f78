using System.Security.Cryptography;
using System.Text;

namespace Backup.Engine.Tests.Hostile;

/// <summary>The ill-meant repositories, by name.</summary>
internal static class Forgeries
{
    public static IReadOnlyDictionary<string, Func<ForgedRepository, Task>> All { get; } = new Dictionary<string, Func<ForgedRepository, Task>>
    {
        ["a tree that claims to contain itself"] = async forged =>
        {
            var id = new BlobId(new Digest(SHA256.HashData("itself"u8)));
            byte[] tree = Encoding.UTF8.GetBytes(ForgedRepository.Tree(ForgedRepository.Directory("again", id)));
            await forged.AddAsync(BlobType.Tree, tree, id);
            await forged.FinishAsync(id);
        },
        ["folders nested 20,000 deep"] = async forged => await forged.FinishAsync(await NestAsync(forged, 20_000)),
        ["a parent folder as name"] = forged => NamesAsync(forged, ".."),
        ["the folder itself as name"] = forged => NamesAsync(forged, "."),
        ["no name"] = forged => NamesAsync(forged, ""),
        ["a path as name"] = forged => NamesAsync(forged, "../../evil"),
        ["an absolute path as name"] = forged => NamesAsync(forged, "/tmp/evil"),
        ["a zero byte in a name"] = forged => NamesAsync(forged, "evil\\\\x00"),
        ["a slash behind an escape in a name"] = forged => NamesAsync(forged, "..\\\\x2f..\\\\x2fevil"),
        ["a name that is too long"] = forged => NamesAsync(forged, new string('n', 70_000)),
        ["an unfinished escape in a name"] = forged => NamesAsync(forged, "\\\\x4"),
        ["a link and a folder of the same name"] = LinkAndFolderAsync,
        ["a file that claims to be an exabyte"] = async forged =>
            await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Node(
                "huge", more: $",\"size\":1152921504606846976,\"content\":[\"{await forged.AddAsync(BlobType.Data, [1, 2, 3])}\"]"))),
        ["a file without content"] = async forged => await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Node("file", more: ",\"size\":5"))),
        ["a file whose content is a tree"] = async forged =>
            await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Node(
                "file", more: $",\"size\":5,\"content\":[\"{await forged.AddTreeAsync(ForgedRepository.Node("a"))}\"]"))),
        ["a folder that is a file's content"] = async forged =>
            await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Directory("dir", await forged.AddAsync(BlobType.Data, [1, 2, 3])))),
        ["a folder without subtree"] = async forged => await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Node("dir", "dir"))),
        ["an unknown kind of entry"] = async forged => await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Node("x", "portal"))),
        ["a bomb: 512 MiB that claim to be 100 bytes"] = forged => BombAsync(forged, 100),
        ["a bomb: 512 MiB that claim to be 4 GiB"] = forged => BombAsync(forged, uint.MaxValue),
        ["a blob longer than its pack"] = async forged => await ClaimAsync(forged, blob => blob with { Length = uint.MaxValue }),
        ["a blob beyond its pack"] = async forged => await ClaimAsync(forged, blob => blob with { Offset = uint.MaxValue - 5 }),
        ["a blob too short to be sealed"] = async forged => await ClaimAsync(forged, blob => blob with { Length = 5 }),
        ["a blob that is not compressed but claims to be"] = async forged => await ClaimAsync(forged, blob => blob with { UncompressedLength = 1 << 30 }),
        ["a blob with another's id"] = async forged =>
        {
            var id = new BlobId(new Digest(SHA256.HashData("other"u8)));
            await forged.AddAsync(BlobType.Data, "evil"u8.ToArray(), id);
            await forged.FinishAsync(await forged.AddTreeAsync(ForgedRepository.Node("file", more: $",\"size\":4,\"content\":[\"{id}\"]")));
        },
        ["a tree that is no JSON"] = async forged => await forged.FinishAsync(await forged.AddAsync(BlobType.Tree, "{\"nodes\":[{"u8.ToArray())),
        ["a tree of brackets"] = async forged =>
            await forged.FinishAsync(await forged.AddAsync(BlobType.Tree, Encoding.ASCII.GetBytes("{\"nodes\":" + new string('[', 1_000_000)))),
        ["an index of brackets"] = forged => forged.SaveAsync(FileKind.Index, "{\"packs\":" + new string('[', 1_000_000)),
        ["a snapshot of brackets"] = forged => forged.SaveAsync(FileKind.Snapshot, "{\"time\":" + new string('{', 1_000_000)),
        ["a snapshot of an unknown tree"] = forged => forged.FinishAsync(new BlobId(new Digest(SHA256.HashData("unknown"u8)))),
        ["an index of impossible numbers"] = forged => forged.SaveAsync(
            FileKind.Index,
            $$"""{"packs":[{"id":"{{new string('0', 64)}}","blobs":[{"id":"{{new string('1', 64)}}","type":"data","offset":-1,"length":99999999999999999999}]}]}"""),
    };

    private static async Task<BlobId> NestAsync(ForgedRepository forged, int depth)
    {
        BlobId tree = await forged.AddTreeAsync(ForgedRepository.Node("bottom"));
        for (int i = 0; i < depth; i++)
        {
            tree = await forged.AddTreeAsync(ForgedRepository.Directory("d", tree));
        }

        return tree;
    }

    private static async Task NamesAsync(ForgedRepository forged, string name)
    {
        BlobId content = await forged.AddAsync(BlobType.Data, "evil"u8.ToArray());
        string file = $",\"size\":4,\"content\":[\"{content}\"]";
        BlobId inner = await forged.AddTreeAsync(ForgedRepository.Node(name, more: file), ForgedRepository.Node("evil", more: file));
        await forged.FinishAsync(await forged.AddTreeAsync(
            ForgedRepository.Directory(name, inner), ForgedRepository.Directory("good", inner)));
    }

    /// <summary>First a link that leads out of the target, then a folder of that name with a file in it.</summary>
    private static async Task LinkAndFolderAsync(ForgedRepository forged)
    {
        BlobId content = await forged.AddAsync(BlobType.Data, "evil"u8.ToArray());
        BlobId inner = await forged.AddTreeAsync(ForgedRepository.Node("evil", more: $",\"size\":4,\"content\":[\"{content}\"]"));
        await forged.FinishAsync(await forged.AddTreeAsync(
            ForgedRepository.Node("out", "symlink", ",\"linktarget\":\"../outside\""), ForgedRepository.Directory("out", inner)));
    }

    private static async Task BombAsync(ForgedRepository forged, uint claimed)
    {
        BlobId bomb = await forged.AddAsync(
            BlobType.Data, new byte[512 * 1024 * 1024], claim: blob => blob with { UncompressedLength = claimed }, compress: true);
        BlobId tree = await forged.AddAsync(
            BlobType.Tree, new byte[512 * 1024 * 1024], claim: blob => blob with { UncompressedLength = claimed }, compress: true);
        await forged.FinishAsync(await forged.AddTreeAsync(
            ForgedRepository.Directory("dir", tree), ForgedRepository.Node("file", more: $",\"size\":100,\"content\":[\"{bomb}\"]")));
    }

    private static async Task ClaimAsync(ForgedRepository forged, Func<Backup.Engine.Packs.PackedBlob, Backup.Engine.Packs.PackedBlob> claim)
    {
        BlobId content = await forged.AddAsync(BlobType.Data, "content"u8.ToArray(), claim: claim);
        BlobId tree = await forged.AddAsync(BlobType.Tree, Encoding.UTF8.GetBytes(ForgedRepository.Tree(ForgedRepository.Node("a"))), claim: claim);
        await forged.FinishAsync(await forged.AddTreeAsync(
            ForgedRepository.Directory("dir", tree), ForgedRepository.Node("file", more: $",\"size\":7,\"content\":[\"{content}\"]")));
    }
}
