namespace Backup.Benchmarks.Compare;

/// <summary>Compares, prints the table, and writes it and its chart where they were asked for.</summary>
internal static class CompareProgram
{
    public static async Task RunAsync(CompareOptions options)
    {
        Comparison comparison = await Comparison.RunAsync(options);
        string table = comparison.Table.ToMarkdown(comparison.Names, options);
        Console.WriteLine(table);
        if (options.Output is null)
        {
            return;
        }

        await File.WriteAllTextAsync(options.Output, table);
        await File.WriteAllTextAsync(Path.ChangeExtension(options.Output, ".svg"), RatioChart.Draw(comparison.Table, comparison.Names));
    }
}
