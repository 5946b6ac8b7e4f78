using System.Globalization;

namespace Backup.Benchmarks.Compare;

/// <summary>Compares, prints the table, and writes it and its chart where they were asked for.</summary>
internal static class CompareProgram
{
    public static async Task RunAsync(CompareOptions options)
    {
        Comparison comparison = await Comparison.RunAsync(options);
        string table = comparison.Table.ToMarkdown(
            comparison.Names, string.Create(CultureInfo.InvariantCulture, $"scale {options.Scale}, {options.Rounds} rounds"));
        Console.WriteLine(table);
        if (options.Output is not null)
        {
            await WriteAsync(options.Output, table, RatioChart.Draw(comparison.Table, comparison.Names));
        }
    }

    /// <summary>Writes a table, and its chart beside it.</summary>
    public static async Task WriteAsync(string output, string table, string chart)
    {
        await File.WriteAllTextAsync(output, table);
        await File.WriteAllTextAsync(Path.ChangeExtension(output, ".svg"), chart);
    }
}
