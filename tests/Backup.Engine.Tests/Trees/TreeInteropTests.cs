using System.Text;
using Backup.Engine.Indexing;
using Backup.Engine.Snapshots;
using Backup.Engine.Trees;

namespace Backup.Engine.Tests.Trees;

public sealed class TreeInteropTests
{
    [FactIfOnPath("restic", "sh")]
    [Trait("Category", "Slow")]
    public void All_that_restic_writes_for_odd_files_is_understood_and_written_the_same()
    {
        using var folder = new TempFolder();
        WriteOddFiles(folder);
        ExternalProgram restic = ExternalProgram.Named("restic", folder.FullName);
        restic["RESTIC_PASSWORD"] = "x";
        restic["TZ"] = "Asia/Kolkata";
        string repository = "--repo=" + folder.Combine("repository");
        restic.Run("init", "-q", repository);
        restic.Run("backup", "-q", "--no-cache", "--tag=a,b", "--exclude=<&>", repository, "data");

        string snapshotId = restic.Run("list", "snapshots", "-q", "--no-cache", repository).Trim();
        Snapshot snapshot = SnapshotDocument.Decode(
            new SnapshotId(Digest.Parse(snapshotId)), Encoding.UTF8.GetBytes(restic.Run("cat", "snapshot", "-q", "--no-cache", repository, snapshotId)));
        var trees = new List<BlobId> { snapshot.Tree };
        int nodeCount = 0;
        for (int i = 0; i < trees.Count; i++)
        {
            byte[] json = Encoding.UTF8.GetBytes(restic.Run("cat", "blob", "-q", "--no-cache", repository, trees[i].ToString()));
            var encoder = new TreeEncoder();
            foreach (Node node in TreeDecoder.Decode(json))
            {
                nodeCount++;
                encoder.Add(node);
                trees.AddRange(node.Subtree is BlobId subtree ? [subtree] : []);
            }

            Assert.Equal(trees[i], BlobId.Of(encoder.Finish().Span));
        }

        var index = new BlobIndex();
        foreach (string id in Lines(restic.Run("list", "index", "-q", "--no-cache", repository)))
        {
            string json = restic.Run("cat", "index", "-q", "--no-cache", repository, id);
            index.Load(IndexDocument.Decode(Encoding.UTF8.GetBytes(json)), Digest.Parse(id));
        }

        IEnumerable<string> blobs = index.Packs().SelectMany(pack => pack.Blobs)
            .Select(blob => (blob.Type == BlobType.Tree ? "tree " : "data ") + blob.Id);
        Assert.Equal(Lines(restic.Run("list", "blobs", "-q", "--no-cache", repository)).Order(StringComparer.Ordinal), blobs.Order(StringComparer.Ordinal));
        Assert.Equal(["a", "b"], snapshot.Tags);
        Assert.Equal(["<&>"], snapshot.Excludes);
        Assert.Equal(330, snapshot.Time.OffsetInMinutes);
        Assert.True(nodeCount > 100);
    }

    private static void WriteOddFiles(TempFolder folder)
    {
        ExternalProgram shell = ExternalProgram.Named("sh", folder.CreateFolder("data"));
        shell.Run("-c", """
            i=1
            while [ $i -lt 256 ]; do
              if [ $i != 47 ] && [ $i != 10 ]; then echo $i > "$(printf "n\\$(printf %03o $i)x")"; fi
              i=$((i + 1))
            done
            mkdir 'deep <&>' && cd 'deep <&>'
            touch -d '1960-02-29 12:00:00.123456789' old
            touch -d '2400-02-29 12:00:00.5' late
            touch -d '1970-01-01 00:00:00 UTC' zero
            ln -s "$(printf 'to \303\251 <&> "quoted" \\ back')" link
            ln -s plain link2
            ln old hard
            mkfifo fifo
            chmod 6711 zero
            printf 'a\342\200\250b\302\240c\357\273\277d\360\237\230\200e\303\251' > "$(printf 'a\342\200\250b\302\240c\357\273\277d\360\237\230\200e\303\251')"
            """);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
