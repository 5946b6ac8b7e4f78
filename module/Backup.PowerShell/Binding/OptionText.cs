using System.Globalization;

namespace Backup.PowerShell.Binding;

/// <summary>A setting of a kind of place, as the engine takes it: text.</summary>
internal static class OptionText
{
    /// <summary>Takes an entry of a hashtable.</summary>
    /// <returns>Null if it is none.</returns>
    public static (string Name, string Value)? TryParse(object? name, object? value)
    {
        string? text = value switch
        {
            bool isOn => isOn ? "true" : "false",
            string or IFormattable => Convert.ToString(value, CultureInfo.InvariantCulture)?.Trim(),
            _ => null,
        };
        return name is string { Length: > 0 } key && text is { Length: > 0 } ? (key.Trim().ToLowerInvariant(), text) : null;
    }
}
