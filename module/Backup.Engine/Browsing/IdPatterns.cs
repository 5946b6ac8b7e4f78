namespace Backup.Engine.Browsing;

/// <summary>Ids, or beginnings of at least eight digits, that are looked for among many.</summary>
internal sealed class IdPatterns
{
    /// <summary>So many hexadecimal digits are the least.</summary>
    public const int MinDigits = 8;

    private readonly Dictionary<uint, List<string>> _byFirstDigits = [];

    /// <summary>Takes the ids.</summary>
    /// <exception cref="ArgumentException">One is no id and no beginning of one.</exception>
    public IdPatterns(IEnumerable<string> ids)
    {
        foreach (string text in ids)
        {
            string id = text.ToLowerInvariant();
            if (id.Length is < MinDigits or > 2 * Digest.Length || !id.All(char.IsAsciiHexDigit))
            {
                throw new ArgumentException(
                    $"«{text}» is no id: {MinDigits} … {2 * Digest.Length} hexadecimal digits are expected.", nameof(ids));
            }

            uint first = Convert.ToUInt32(id[..MinDigits], 16);
            if (!_byFirstDigits.TryGetValue(first, out List<string>? list))
            {
                _byFirstDigits.Add(first, list = []);
            }

            list.Add(id);
        }
    }

    /// <summary>Whether one of them is this id, or its beginning.</summary>
    public bool Match(in Digest id) => Find(id) is not null;

    /// <summary>The first of them that is this id, or its beginning; else null.</summary>
    public string? Find(in Digest id)
    {
        if (!_byFirstDigits.TryGetValue((uint)(id.Prefix >> 32), out List<string>? candidates))
        {
            return null;
        }

        string text = id.ToString();
        return candidates.Find(candidate => text.StartsWith(candidate, StringComparison.Ordinal));
    }
}
