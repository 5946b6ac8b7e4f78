using System.Text;
using Backup.Engine;

namespace Backup.TestKit.Files;

/// <summary>Names that have been trouble somewhere.</summary>
internal static class SampleNames
{
    /// <summary>All of them, as <see cref="FileName"/> decodes them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        " ", " leading", "trailing ", "...", "..a", ".hidden", "-rf", "--", "~", "a b\tc", "new\nline", "carriage\rreturn",
        "\u0001\u0002\u001b[31m\u007f", "quote\"double", "quote'single", "back\\slash", "\\", "\\n", "\\x41", "\\u0041", "tick`", "$HOME",
        "%s%n%2F", "star*", "question?", "[a-z]", "{a,b}", "!bang", "#hash", "a:b", "a;b", "a|b", "<html>&amp;", "con", "NUL.txt", "aux", "lpt1",
        "trailing.", "name:stream", "UPPER", "upper", "Upper", "e\u0301 decomposed", "\u00e9 composed", "\u2028line\u2029", "\ufeffbom", "\ufffd",
        "\u200bzero", "\u202eright-to-left", "日本語", "Ελληνικά", "עברית", "हिन्दी", "🙂", "👩‍👩‍👧‍👦 family", "\U0010FFFF", "\uffff", "\u0080\u009f",
        new string('n', 255), new string('ß', 127), "name.txt", "name.txt~",
        Raw(0xE9), Raw(0x63, 0x61, 0x66, 0xE9), Raw(0xFF, 0xFE), Raw(0xC0, 0xAF), Raw(0xE2, 0x82), Raw(0xED, 0xA0, 0x80), Raw(0xF4, 0x90, 0x80, 0x80),
        Raw(0xF8, 0x88, 0x80, 0x80, 0x80), Raw(0x80), Raw(0x61, 0x80, 0x62, 0xC3, 0xA9, 0xC3), Raw(0x0A, 0xFF, 0x22, 0x5C),
        FileName.Decode(Enumerable.Repeat((byte)0xFE, 255).ToArray()),
    ];

    /// <summary>Where symbolic links lead, as text.</summary>
    public static IReadOnlyList<string> LinkTargets { get; } =
    [
        "name.txt", "../sizes/1", "/", "/etc/passwd", "nowhere", "..", ".", "loop", "a//b///c", "with space", "new\nline", "quote\"\\", "<&>",
        "日本語/🙂", "\u2028", new string('t', 4_000), "/proc/self/root",
    ];

    /// <summary>Where symbolic links lead that are no text.</summary>
    public static IReadOnlyList<string> RawLinkTargets { get; } = [Raw(0x63, 0x61, 0x66, 0xE9), Raw(0xFF, 0x2F, 0xFE), Raw(0xED, 0xA0, 0x80)];

    /// <summary>A name for something ordinary.</summary>
    public static string Ordinary(Random random)
    {
        var name = new StringBuilder();
        int length = random.Next(3, 24);
        for (int i = 0; i < length; i++)
        {
            name.Append("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. +äöüéñ中文"[random.Next(72)]);
        }

        return name.ToString();
    }

    private static string Raw(params byte[] bytes) => FileName.Decode(bytes);
}
