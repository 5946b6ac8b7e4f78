using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Backup.TestKit.Dapr;

/// <summary>
/// JSON as it comes out of Go after a decode into generic values and an encode: members sorted, numbers as float64, some
/// characters escaped. What daprd does to the data of bindings and to state written over HTTP.
/// </summary>
public static class GoJson
{
    /// <summary>encoding/json.</summary>
    public static byte[] Encode(JsonElement value) => Encoding.UTF8.GetBytes(Write(new StringBuilder(), value, sixDigits: false).ToString());

    /// <summary>jsoniter's fastest configuration, which Redis and DynamoDB state stores have: six decimals, nothing sorted or escaped.</summary>
    public static byte[] EncodeFastest(JsonElement value) => Encoding.UTF8.GetBytes(Write(new StringBuilder(), value, sixDigits: true).ToString());

    private static StringBuilder Write(StringBuilder text, JsonElement value, bool sixDigits)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                // Of members of the same name the last one counts, as in Go's maps.
                IEnumerable<KeyValuePair<string, JsonElement>> members = value.EnumerateObject()
                    .GroupBy(member => member.Name, member => member.Value)
                    .Select(group => KeyValuePair.Create(group.Key, group.Last()));
                members = sixDigits ? members : members.OrderBy(member => member.Key, StringComparer.Ordinal);
                return Join(text, '{', '}', members, member =>
                {
                    Quote(text, member.Key, escapeHtml: !sixDigits).Append(':');
                    Write(text, member.Value, sixDigits);
                });
            case JsonValueKind.Array:
                return Join(text, '[', ']', value.EnumerateArray(), item => Write(text, item, sixDigits));
            case JsonValueKind.String:
                return Quote(text, value.GetString() ?? "", escapeHtml: !sixDigits);
            case JsonValueKind.Number:
                double number = value.GetDouble();
                return text.Append(sixDigits ? Number(Math.Round(number, 6)) : Number(number));
            default:
                return text.Append(value.GetRawText());
        }
    }

    private static StringBuilder Join<T>(StringBuilder text, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        text.Append(open);
        bool isFirst = true;
        foreach (T item in items)
        {
            if (!isFirst)
            {
                text.Append(',');
            }

            isFirst = false;
            write(item);
        }

        return text.Append(close);
    }

    private static StringBuilder Quote(StringBuilder text, string value, bool escapeHtml)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '<' or '>' or '&' when escapeHtml => Unicode(text, c),
                < ' ' or '\u2028' or '\u2029' => Unicode(text, c),
                _ => text.Append(c),
            };
        }

        return text.Append('"');
    }

    private static StringBuilder Unicode(StringBuilder text, char c) => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));

    /// <summary>A float64 as Go prints it: shortest digits, with an exponent only below 1e-6 and from 1e21 on.</summary>
    private static string Number(double value)
    {
        string shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        for (int digits = 0; digits <= 16; digits++)
        {
            shortest = value.ToString("E" + digits, CultureInfo.InvariantCulture);
            if (double.Parse(shortest, CultureInfo.InvariantCulture).Equals(value))
            {
                break;
            }
        }

        int e = shortest.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string sign = shortest[0] == '-' ? "-" : "";
        string mantissa = shortest[sign.Length..e].Replace(".", "", StringComparison.Ordinal);
        if (value != 0 && exponent is < -6 or >= 21)
        {
            string fraction = mantissa.Length > 1 ? "." + mantissa[1..] : "";
            return string.Create(
                CultureInfo.InvariantCulture, $"{sign}{mantissa[0]}{fraction}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent):00}")
                .Replace("e-0", "e-", StringComparison.Ordinal);
        }

        return sign + (exponent < 0
            ? "0." + new string('0', -exponent - 1) + mantissa
            : mantissa.Length <= exponent + 1
                ? mantissa.PadRight(exponent + 1, '0')
                : mantissa[..(exponent + 1)] + "." + mantissa[(exponent + 1)..]);
    }
}
