using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell.Binding;

/// <summary>Takes a count of snapshots to keep as a number, or <c>All</c> for a count without an end.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CountTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain is string text && (text.Equals("All", StringComparison.OrdinalIgnoreCase) || text.Equals("Unlimited", StringComparison.OrdinalIgnoreCase))
            ? RetentionPolicy.Unlimited
            : plain;
    }
}
