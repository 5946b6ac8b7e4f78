using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>The options that say which snapshots to keep.</summary>
internal sealed class RetentionOptions
{
    private readonly Option<int> _last = Count("last", "-l", "the newest n snapshots");
    private readonly Option<int> _hourly = Count("hourly", "-H", "the newest snapshot of each of the last n hours that have one");
    private readonly Option<int> _daily = Count("daily", "-d", "the same for days");
    private readonly Option<int> _weekly = Count("weekly", "-w", "the same for weeks");
    private readonly Option<int> _monthly = Count("monthly", "-m", "the same for months");
    private readonly Option<int> _yearly = Count("yearly", "-y", "the same for years");
    private readonly Option<RetentionSpan> _within = Span("", "all within this time, such as 1y5m7d2h, before the newest snapshot");
    private readonly Option<RetentionSpan> _withinHourly = Span("-hourly", "of those the newest of each hour");
    private readonly Option<RetentionSpan> _withinDaily = Span("-daily", "of those the newest of each day");
    private readonly Option<RetentionSpan> _withinWeekly = Span("-weekly", "of those the newest of each week");
    private readonly Option<RetentionSpan> _withinMonthly = Span("-monthly", "of those the newest of each month");
    private readonly Option<RetentionSpan> _withinYearly = Span("-yearly", "of those the newest of each year");
    private readonly Option<string[]> _tag = new("--keep-tag")
    {
        Description = "Keep all with all of these tags (repeatable: any of the lists)",
        HelpName = "tag[,tag…]",
    };

    public Option[] All =>
    [
        _last, _hourly, _daily, _weekly, _monthly, _yearly, _within, _withinHourly, _withinDaily, _withinWeekly, _withinMonthly,
        _withinYearly, _tag,
    ];

    public RetentionPolicy Of(VerbRun run) => new()
    {
        Last = run.Value(_last),
        Hourly = run.Value(_hourly),
        Daily = run.Value(_daily),
        Weekly = run.Value(_weekly),
        Monthly = run.Value(_monthly),
        Yearly = run.Value(_yearly),
        Within = run.Value(_within),
        WithinHourly = run.Value(_withinHourly),
        WithinDaily = run.Value(_withinDaily),
        WithinWeekly = run.Value(_withinWeekly),
        WithinMonthly = run.Value(_withinMonthly),
        WithinYearly = run.Value(_withinYearly),
        TagLists = [.. run.Values(_tag).Select(SnapshotFilterOptions.SplitTags)],
    };

    private static Option<int> Count(string period, string letter, string what) => new($"--keep-{period}", letter)
    {
        Description = $"Keep {what}" + (period == "last" ? " (unlimited: all of them)" : ""),
        HelpName = "n",
        CustomParser = result => ParseCount(result),
    };

    private static Option<RetentionSpan> Span(string period, string what) => new($"--keep-within{period}")
    {
        Description = $"Keep {what}",
        HelpName = "duration",
        CustomParser = result => RetentionSpan.TryParse(result.Tokens[0].Value, out RetentionSpan span)
            ? span
            : Wrong<RetentionSpan>(result, "Write 1y5m7d2h for a year, five months, seven days and two hours, or some of these."),
    };

    private static int ParseCount(ArgumentResult result) => result.Tokens[0].Value switch
    {
        "unlimited" or "-1" => RetentionPolicy.Unlimited,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) => count,
        _ => Wrong<int>(result, "Write a number, or unlimited."),
    };

    private static T Wrong<T>(ArgumentResult result, string advice)
        where T : struct
    {
        string option = (result.Parent as OptionResult)?.Option.Name ?? "";
        result.AddError($"{option} «{result.Tokens[0].Value}» is not understood. {advice}");
        return default;
    }
}
