using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell.Binding;

/// <summary>Takes a duration as a TimeSpan, as text such as <c>10m</c> or <c>1h30m</c>, or as .NET writes it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = WrittenValue.Of(inputData);
        return plain is not string text || text.Contains(':', StringComparison.Ordinal) ? plain
            : DurationText.TryParse(text, out TimeSpan duration) ? duration
            : throw new ArgumentTransformationMetadataException($"«{text}» is no duration. Write 90s, 10m, 1h30m, or a TimeSpan.");
    }
}
