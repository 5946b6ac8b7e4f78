using System.CommandLine;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Writes a file, or a folder as an archive, to the output.</summary>
internal sealed class DumpVerb : Verb
{
    private readonly Argument<string> _snapshot = SnapshotArgument.Make();

    private readonly Argument<string> _path = new("path")
    {
        Description = "The file or folder in the snapshot; / for all of it",
        HelpName = "PATH",
    };

    private readonly Option<string> _archive = new("--archive", "-a")
    {
        Description = "What a folder becomes: tar (default) or zip",
        HelpName = "format",
        DefaultValueFactory = _ => "tar",
    };

    private readonly Option<string?> _target = new("--target", "-t")
    {
        Description = "Write into this file, which appears when it is complete, instead of the output",
        HelpName = "file",
    };

    private readonly SnapshotFilterOptions _filter = new(isForLatest: true);

    public DumpVerb(VerbContext context)
        : base(context, "dump", "Write a file of a snapshot, or a folder as tar or zip, to the output.")
    {
        _archive.AcceptOnlyFromAmong("tar", "zip");
        Arguments.Add(_snapshot);
        Arguments.Add(_path);
        Add(_archive, _target);
        Add(_filter.All);
        Examples =
        [
            ("dump latest /db.sql | psql shop", "feeds a dumped database back"),
            ("dump latest:/home/ann / > ann.tar", "writes a folder as an archive"),
            ("dump -a zip -t site.zip 4bd1e0c2 /srv/www", "writes a zip file"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        string? target = run.Value(_target);
        var options = new DumpOptions
        {
            Snapshot = run.Value(_snapshot) ?? "",
            Filter = _filter.Of(run),
            Path = run.Value(_path) ?? "",
            Format = run.Value(_archive) == "zip" ? DumpFormat.Zip : DumpFormat.Tar,
            FilesOnly = target is null && run.Terminal.IsOutputTerminal,
        };
        await using Repository repository = await run.OpenAsync();
        DumpSummary summary = target is null
            ? await repository.DumpAsync(options, run.Terminal.Output, progress: null, run.Token)
            : await IntoFileAsync(run, repository, options, target);
        foreach (SkippedEntry skipped in summary.Skipped)
        {
            run.Warn($"{Printable.Name(skipped.Path)} is left out: {skipped.Message}");
        }

        return ExitCodes.Done;
    }

    /// <summary>Under another name first, so that an error never leaves half a file where a whole one is expected.</summary>
    private static async Task<DumpSummary> IntoFileAsync(VerbRun run, Repository repository, DumpOptions options, string target)
    {
        if (Path.Exists(target) && (File.GetAttributes(target) & FileAttributes.Device) != 0)
        {
            await using FileStream device = new(target, FileMode.Open, FileAccess.Write);
            return await repository.DumpAsync(options, device, progress: null, run.Token);
        }

        string partial = target + ".partial";
        try
        {
            DumpSummary summary;
            await using (FileStream file = new(partial, FileMode.Create, FileAccess.Write))
            {
                summary = await repository.DumpAsync(options, file, progress: null, run.Token);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, target, overwrite: true);
            return summary;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
