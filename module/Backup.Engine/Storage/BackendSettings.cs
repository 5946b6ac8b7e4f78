using System.Globalization;

namespace Backup.Engine.Storage;

/// <summary>Reads the settings of <see cref="ConnectionOptions.Settings"/>.</summary>
internal static class BackendSettings
{
    private const int DefaultConnections = 5;
    private const int MaxConnections = 100;

    /// <summary>How many calls at once: 5, unless said otherwise.</summary>
    /// <exception cref="ArgumentException">It is no such number.</exception>
    public static int Connections(ConnectionOptions options, string name)
    {
        if (!options.Settings.TryGetValue(name, out string? text))
        {
            return DefaultConnections;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= MaxConnections
            ? count
            : throw new ArgumentException($"{name} is a number from 1 to {MaxConnections}.");
    }

    /// <summary>A duration such as <c>90s</c> or <c>1m30s</c>.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static TimeSpan Duration(ConnectionOptions options, string name, TimeSpan otherwise)
    {
        if (!options.Settings.TryGetValue(name, out string? text))
        {
            return otherwise;
        }

        return DurationText.TryParse(text, out TimeSpan duration) && duration > TimeSpan.Zero
            ? duration
            : throw new ArgumentException($"{name} is a duration such as 90s or 5m.");
    }
}
