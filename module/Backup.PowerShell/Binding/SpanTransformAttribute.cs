using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell.Binding;

/// <summary>Takes a span of calendar time such as <c>1y6m</c>, <c>14d</c> or <c>12h</c>, or a TimeSpan of whole hours.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SpanTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = WrittenValue.Of(inputData);
        return plain switch
        {
            string text when RetentionSpan.TryParse(text, out RetentionSpan span) => span,
            TimeSpan time when time >= TimeSpan.Zero && time == TimeSpan.FromHours(Math.Floor(time.TotalHours)) =>
                new RetentionSpan(0, 0, time.Days, time.Hours),
            string or TimeSpan => throw new ArgumentTransformationMetadataException(
                $"«{plain}» is no span of time. Write numbers with y, m (months), d or h behind, such as 1y6m or 14d."),
            _ => plain,
        };
    }
}
