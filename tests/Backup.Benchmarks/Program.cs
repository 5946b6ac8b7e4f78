using System.ComponentModel;
using Backup.Benchmarks.Compare;
using Backup.Benchmarks.Load;
using Backup.Benchmarks.Scale;
using BenchmarkDotNet.Running;

try
{
    switch (args)
    {
        case ["compare", .. string[] options]:
            await CompareProgram.RunAsync(CompareOptions.Parse(options));
            return 0;
        case ["load", .. string[] options]:
            LoadResult result = await new LoadTest(LoadOptions.Parse(options)).RunAsync();
            Console.WriteLine(result.Text);
            foreach (string failure in result.Failures)
            {
                Console.Error.WriteLine(failure);
            }

            return result.Failures.Count == 0 ? 0 : 1;
        case ["scale", .. string[] options]:
            await ScaleRun.RunAsync(ScaleOptions.Parse(options));
            return 0;
        case ["micro", .. string[] options]:
            BenchmarkSwitcher.FromAssembly(typeof(CompareProgram).Assembly).Run(options is [] ? ["--filter", "*"] : options);
            return 0;
        default:
            Console.Error.WriteLine($"{CompareOptions.Help}\n\n{LoadOptions.Help}\n\n{ScaleOptions.Help}");
            return 1;
    }
}
catch (Exception exception) when (exception is FormatException or InvalidOperationException or IOException or Win32Exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
