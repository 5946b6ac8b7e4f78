namespace Backup.Engine.Storage.Rclone;

/// <summary>A remote as rclone writes it: <c>name:path</c>, <c>name,setting=value:path</c> or <c>:kind,setting=value:path</c>.</summary>
/// <remarks>Format: rclone's documentation, «Connection strings».</remarks>
internal static class RcloneRemote
{
    private const int ShortestSecret = 4;

    /// <summary>What may be shown of a remote: all but its settings, which may be secret.</summary>
    public static string DisplayOf(string remote)
    {
        (int comma, int colon) = FindSettings(remote);
        return comma < 0 ? remote : $"{remote[..comma]},…{remote[colon..]}";
    }

    /// <summary>Takes the settings of a remote out of what rclone says about it.</summary>
    public static string Scrub(string text, string remote)
    {
        (int comma, int colon) = FindSettings(remote);
        if (comma < 0)
        {
            return text;
        }

        string settings = remote[(comma + 1)..colon];
        string scrubbed = text.Replace(settings, "…", StringComparison.Ordinal);
        foreach (string setting in settings.Split(','))
        {
            string value = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"', '\'');
            if (value.Length >= ShortestSecret)
            {
                scrubbed = scrubbed.Replace(value, "…", StringComparison.Ordinal);
            }
        }

        return scrubbed;
    }

    /// <summary>The comma before the settings and the colon behind them; a negative comma where there are none.</summary>
    private static (int Comma, int Colon) FindSettings(string remote)
    {
        int comma = -1;
        char quote = '\0';
        for (int i = 1; i < remote.Length; i++) // a colon at the start is part of the name
        {
            char character = remote[i];
            if (quote != '\0')
            {
                quote = character == quote ? '\0' : quote;
            }
            else if (comma >= 0 && character is '"' or '\'')
            {
                quote = character;
            }
            else if (character == ',' && comma < 0)
            {
                comma = i;
            }
            else if (character == ':')
            {
                return (comma, i);
            }
        }

        return (comma, remote.Length); // it makes no sense, so all behind the comma is hidden
    }
}
