using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Counts files, blobs and bytes.</summary>
internal sealed class StatsVerb : Verb
{
    private static readonly Dictionary<string, StatsMode> Modes = new()
    {
        ["restore-size"] = StatsMode.RestoreSize,
        ["files-by-contents"] = StatsMode.FilesByContents,
        ["raw-data"] = StatsMode.RawData,
        ["blobs-per-file"] = StatsMode.BlobsPerFile,
    };

    private readonly Argument<string[]> _snapshots = new("snapshots")
    {
        Description = "Ids, beginnings of ids, or latest; without any: all",
        HelpName = "SNAPSHOT",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _mode = new("--mode")
    {
        Description = "restore-size (default): what restoring writes; files-by-contents: equal files once; "
            + "raw-data: what the blobs take in the repository; blobs-per-file: the blobs of each different file",
        HelpName = "mode",
        DefaultValueFactory = _ => "restore-size",
    };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: false);

    public StatsVerb(VerbContext context)
        : base(context, "stats", "Count files, blobs and bytes of snapshots.")
    {
        _mode.AcceptOnlyFromAmong([.. Modes.Keys]);
        Arguments.Add(_snapshots);
        Add(_mode);
        Add(_filter.All);
        Examples =
        [
            ("stats latest", "tells how much a restore of the newest snapshot writes"),
            ("stats --mode raw-data", "tells what all snapshots take in the repository"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string mode = run.Value(_mode) ?? "";
        var options = new StatsOptions { Mode = Modes[mode], Snapshots = run.Values(_snapshots), Filter = _filter.Of(run) };
        await using Repository repository = await run.OpenAsync();
        using var progress = new ProgressSink<StatsProgress>(now => run.Display.Show(
            now.SnapshotsDone,
            now.SnapshotsTotal,
            string.Create(CultureInfo.InvariantCulture, $"{now.SnapshotsDone} of {now.SnapshotsTotal} snapshots, {now.Items} items")));
        StatsResult result = await run.Display.RunAsync(
            run.WantsProgress, () => repository.StatsAsync(options, progress, run.Token));
        if (run.IsJson)
        {
            using JsonOutput json = run.OpenJson();
            json.Line(writer => Write(writer, result));
        }
        else
        {
            Print(run, mode, result);
        }

        return ExitCodes.Done;
    }

    private static void Print(VerbRun run, string mode, StatsResult result)
    {
        Row("mode", mode);
        Row("snapshots", Number(result.Snapshots));
        if (result.TotalBlobCount > 0)
        {
            Row("blobs", Number(result.TotalBlobCount));
        }

        if (result.TotalFileCount > 0)
        {
            Row("files", Number(result.TotalFileCount));
        }

        if (result.TotalUncompressedSize > 0)
        {
            Row("before compression", SizeText.Format(result.TotalUncompressedSize));
        }

        Row("size", SizeText.Format(result.TotalSize));
        if (result.CompressionRatio > 0)
        {
            Row("compressed", string.Create(CultureInfo.InvariantCulture, $"{result.CompressionProgress:F2} % of the data, {result.CompressionRatio:F2}:1"));
            Row("saved", string.Create(CultureInfo.InvariantCulture, $"{result.CompressionSpaceSaving:F2} %"));
        }

        void Row(string name, string value) => run.Out.WriteLine($"{name + ":",-20}{value}");
        static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static void Write(Utf8JsonWriter writer, StatsResult result)
    {
        writer.WriteNumber("total_size", result.TotalSize);
        writer.WriteUnlessZero("total_uncompressed_size", result.TotalUncompressedSize);
        if (result.CompressionRatio > 0)
        {
            writer.WriteNumber("compression_ratio", result.CompressionRatio);
            writer.WriteNumber("compression_progress", result.CompressionProgress);
            writer.WriteNumber("compression_space_saving", result.CompressionSpaceSaving);
        }

        writer.WriteUnlessZero("total_file_count", (ulong)result.TotalFileCount);
        writer.WriteUnlessZero("total_blob_count", (ulong)result.TotalBlobCount);
        writer.WriteNumber("snapshots_count", result.Snapshots);
    }
}
