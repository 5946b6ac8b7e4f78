using Spectre.Console;
using Spectre.Console.Rendering;

namespace Backup.Sidecar.CommandLine;

/// <summary>What stands beside a progress bar: numbers and, below them, what is being worked on.</summary>
internal sealed class StatusColumn : ProgressColumn
{
    private volatile string _numbers = "";
    private volatile string _item = "";

    protected override bool NoWrap => true;

    /// <summary>Changes it; any thread may.</summary>
    public void Set(string numbers, string item) => (_numbers, _item) = (numbers, item);

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => _item.Length == 0
        ? Line(_numbers)
        : new Rows(Line(_numbers), Line(_item));

    private static Text Line(string text) => new(text) { Overflow = Overflow.Ellipsis };
}
