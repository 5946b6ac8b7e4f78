using System.Globalization;
using Backup.Engine.Tests.Interop;

namespace Backup.Engine.Tests.Crash;

/// <summary>The test assembly run as a program: work on a repository in a process of its own, to be killed or measured.</summary>
internal static class ChildProgram
{
    /// <summary>Told on standard output when the repository is open and the work begins.</summary>
    public const string Ready = "ready";

    /// <summary>Told with the most memory the process had, in bytes, when it is done.</summary>
    public const string Done = "done";

    /// <summary>Told when somebody else's lock is in the way; and in place of any other warning.</summary>
    public const string Waiting = "waiting";

    /// <summary>Before a verb: wait for the locks of others.</summary>
    public const string Patiently = "patiently";

    /// <summary>Before a verb, with the size in bytes: packs of that size.</summary>
    public const string PackSize = "pack size";

    private static int PackSizeInBytes { get; set; } = 4 * 1024 * 1024;

    private static TimeSpan RetryLock { get; set; }

    public static async Task<int> Main(string[] args)
    {
        if (args is [Patiently, .. string[] others])
        {
            RetryLock = TimeSpan.FromMinutes(10);
            args = others;
        }

        if (args is [PackSize, string size, .. string[] rest])
        {
            PackSizeInBytes = int.Parse(size, CultureInfo.InvariantCulture);
            args = rest;
        }

        switch (args)
        {
            case ["backup", string location, string folder]:
                await BackupAsync(location, Repository.CreateSource(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = folder }));
                return 0;
            case ["without libzstd", string location, string folder]:
                AppContext.SetSwitch("Backup.Engine.WithoutLibzstd", true);
                await RunAsync(location, async repository =>
                {
                    IBackupSource files = Repository.CreateSource(new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = folder });
                    await repository.BackupAsync(new BackupOptions { Source = files, Hostname = "host" }, null, CancellationToken.None);
                    CheckReport report = await repository.CheckAsync(
                        new CheckOptions { ReadData = PackSelection.All }, null, CancellationToken.None);
                    await Console.Out.WriteLineAsync(report.IsHealthy ? "healthy" : "damaged");
                }, message => Console.WriteLine($"warning {message}"));
                return 0;
            case ["stream", string location, string length]:
                using (var content = new MostlyZeroStream(long.Parse(length, CultureInfo.InvariantCulture)))
                {
                    await BackupAsync(location, Repository.CreateSource(new StreamSourceOptions { Content = content }));
                }

                return 0;
            case ["laws", .. string[] names]:
                Console.WriteLine(Ready);
                await Laws.TryAsync(names);
                return 0;
            case ["repair config", string location]:
                Console.WriteLine(Ready); // without its config no repository can be opened
                await Repository.RepairConfigAsync(new OwnEngine(location).Options, CancellationToken.None);
                Console.WriteLine($"{Done} 0");
                return 0;
            case [string verb, string location, .. string[] more] when ChildWork.Find(verb) is { } work:
                await RunAsync(location, repository => work(repository, more));
                return 0;
            default:
                await Console.Error.WriteLineAsync("Tests start this program; run them with dotnet test.");
                return 1;
        }
    }

    private static Task BackupAsync(string location, IBackupSource source) => RunAsync(
        location,
        repository => repository.BackupAsync(new BackupOptions { Source = source, Hostname = "host" }, null, CancellationToken.None));

    private static async Task RunAsync(string location, Func<Repository, Task> work, Action<string>? warn = null)
    {
        RepositoryOptions options = new OwnEngine(location) { PackSizeInBytes = PackSizeInBytes, KeyCost = ChildWork.KeyCost }.Options with
        {
            RetryLock = RetryLock,
            Warn = warn ?? (_ => Console.WriteLine(Waiting)),
        };
        await using Repository repository = await Repository.OpenAsync(options, CancellationToken.None);
        Console.WriteLine(Ready);
        await work(repository);
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        Console.WriteLine($"{Done} {self.PeakWorkingSet64}");
    }
}
