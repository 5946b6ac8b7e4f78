using Backup.Benchmarks.Compare;

if (args is not ["compare", ..])
{
    Console.Error.WriteLine(CompareOptions.Help);
    return 1;
}

try
{
    CompareOptions options = CompareOptions.Parse(args.AsSpan(1));
    string table = await Comparison.RunAsync(options);
    Console.WriteLine(table);
    if (options.Output is not null)
    {
        await File.WriteAllTextAsync(options.Output, table);
    }

    return 0;
}
catch (Exception exception) when (exception is FormatException or InvalidOperationException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
