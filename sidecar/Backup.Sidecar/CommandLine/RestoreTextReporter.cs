using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Tells people how a restore goes.</summary>
internal sealed class RestoreTextReporter(VerbRun run) : RestoreReporter
{
    private const int ShownNotes = 10;

    private readonly RateEstimator _rate = new();
    private RestorePhase? _phase;

    public override void Show(RestoreProgress now)
    {
        if (_phase != now.Phase)
        {
            _phase = now.Phase;
            run.Step(Name(now.Phase));
        }

        _rate.Add(now.Elapsed, now.BytesDone);
        string more = now.IsPlanComplete ? "" : "+";
        string errors = now.Errors == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {now.Errors} errors");
        run.Display.Show(
            now.BytesDone,
            now.IsPlanComplete ? now.BytesTotal : 0,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{now.ItemsDone}/{now.ItemsTotal}{more} items, {SizeText.FormatShort(now.BytesDone)}/{SizeText.FormatShort(now.BytesTotal)}{more}")
            + RateText.Of(_rate, now.BytesTotal - now.BytesDone) + errors);
    }

    public override void ItemDone(RestoreItemReport item)
    {
        string size = item.Type == NodeType.File ? $", {SizeText.Format(item.Size)}" : "";
        run.Display.Line($"{Word(item.Action),-9} {Printable.Name(item.Path)}{size}");
    }

    public override void Finish(RestoreSummary summary)
    {
        int shown = run.Verbosity >= Verbosity.Verbose ? int.MaxValue : ShownNotes;
        foreach (RestoreIssue note in run.Verbosity == Verbosity.Quiet ? [] : summary.Notes.Take(shown))
        {
            run.Warn($"{Printable.Name(note.Path)}: {note.Message}");
        }

        if (summary.NoteCount > shown && run.Verbosity > Verbosity.Quiet)
        {
            run.Warn(string.Create(CultureInfo.InvariantCulture, $"and {summary.NoteCount - shown} more of this kind"));
        }

        string from = summary.Subfolder.Length == 0 ? "" : $":{Printable.Name(summary.Subfolder)}";
        string verb = summary.IsDryRun ? "would restore" : "restored";
        run.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{verb} {summary.FilesRestored + summary.FilesUpdated} files, {SizeText.Format(summary.BytesRestored)}"
            + $" ({summary.FilesUnchanged} unchanged, {summary.ItemsKept} kept, {summary.ItemsDeleted} deleted),"
            + $" {summary.Directories} folders and {summary.OtherItems} others"));
        if (summary.FilesVerified > 0)
        {
            run.Say(string.Create(CultureInfo.InvariantCulture, $"read back {summary.FilesVerified} files: equal to the snapshot"));
        }

        run.Say($"snapshot {summary.Snapshot.Id.ToShortString()}{from} → {Printable.Name(summary.Target)} in {DurationText.Format(summary.Elapsed)}");
        if (summary.ErrorCount > 0)
        {
            run.Display.Error(string.Create(
                CultureInfo.InvariantCulture,
                $"error: {summary.ErrorCount} items could not be restored completely. Run the same command again to retry only those."));
            run.Display.Error("If the repository is damaged: backup-sidecar check --read-data says what to repair.");
        }
    }

    private static string Name(RestorePhase phase) => phase switch
    {
        RestorePhase.Planning => "planning",
        RestorePhase.Writing => "writing",
        RestorePhase.Finishing => "setting metadata",
        _ => "reading back",
    };
}
