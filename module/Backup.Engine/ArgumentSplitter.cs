using System.Text;

namespace Backup.Engine;

/// <summary>
/// Splits a command into program and arguments without a shell: blanks separate, quotes hold together. Nothing is
/// expanded and nothing is run.
/// </summary>
public static class ArgumentSplitter
{
    /// <summary>
    /// Takes text apart. In '…' everything stands for itself; in "…" and outside of quotes a backslash takes the next
    /// character literally (on Windows it is just a backslash, since paths are full of them).
    /// </summary>
    /// <exception cref="FormatException">A quote isn't closed, or nothing is left.</exception>
    public static List<string> Split(string command, bool backslashEscapes)
    {
        List<string> parts = [];
        var part = new StringBuilder();
        bool isPart = false;
        char quote = '\0';
        for (int i = 0; i < command.Length; i++)
        {
            char c = command[i];
            if (c == '\\' && backslashEscapes && quote != '\'' && i + 1 < command.Length)
            {
                part.Append(command[++i]);
                isPart = true;
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
                if (quote != '\0')
                {
                    part.Append(c);
                }
            }
            else if (c is '"' or '\'')
            {
                quote = c;
                isPart = true;
            }
            else if (char.IsWhiteSpace(c))
            {
                Finish();
            }
            else
            {
                part.Append(c);
                isPart = true;
            }
        }

        if (quote != '\0')
        {
            throw new FormatException($"a {quote} is opened and never closed");
        }

        Finish();
        return parts.Count > 0 ? parts : throw new FormatException("it is empty");

        void Finish()
        {
            if (isPart)
            {
                parts.Add(part.ToString());
                part.Clear();
                isPart = false;
            }
        }
    }
}
