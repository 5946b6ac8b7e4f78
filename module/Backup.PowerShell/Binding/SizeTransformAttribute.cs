using System.Globalization;
using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell.Binding;

/// <summary>Takes a size as a number of bytes, as PowerShell's <c>64MB</c>, or as text such as <c>'64M'</c>, <c>'64MB'</c> and <c>'64 MiB'</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SizeTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain is not string text ? plain
            : TryParse(text, out long bytes) ? bytes
            : throw new ArgumentTransformationMetadataException(
                $"«{text}» is no size. Write a number of bytes, or a whole number with K, M, G or T behind, such as 64MB.");
    }

    /// <summary>Reads a size; as everywhere in PowerShell, KB and KiB are both 1024 bytes.</summary>
    internal static bool TryParse(string text, out long bytes)
    {
        string trimmed = text.Trim();
        if (trimmed.Length > 2 && char.ToUpperInvariant(trimmed[^1]) == 'B' && char.IsAsciiLetter(trimmed[^2]) && trimmed[^2] is not ('i' or 'I'))
        {
            trimmed = trimmed[..^1];
        }

        return long.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out bytes) || SizeText.TryParse(trimmed, out bytes);
    }
}
