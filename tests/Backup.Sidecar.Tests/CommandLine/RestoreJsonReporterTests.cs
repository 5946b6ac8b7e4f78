using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class RestoreJsonReporterTests
{
    [Fact]
    public void Many_notes_are_one_line()
    {
        Assert.Equal(
            ["/0: no owner (and 999,999 more notes; -vv lists them)"],
            RestoreJsonReporter.NotesOf(SummaryWith(count: 1_000_000), Verbosity.Normal));
        Assert.Equal(["/0: no owner"], RestoreJsonReporter.NotesOf(SummaryWith(count: 1), Verbosity.Verbose));
        Assert.Empty(RestoreJsonReporter.NotesOf(SummaryWith(count: 0), Verbosity.Normal));
    }

    [Fact]
    public void Each_note_is_a_line_if_every_item_is_wanted() => Assert.Equal(
        ["/0: no owner", "/1: no owner", "/2: no owner"], RestoreJsonReporter.NotesOf(SummaryWith(count: 3), Verbosity.EveryItem));

    private static RestoreSummary SummaryWith(int count) => new()
    {
        Snapshot = new Snapshot { Time = default, Tree = default, Paths = [] },
        Target = "/",
        Notes = [.. Enumerable.Range(0, Math.Min(count, 10_000)).Select(i => new RestoreIssue($"/{i}", RestoreIssueKind.MetadataIncomplete, "no owner"))],
        NoteCount = count,
    };
}
