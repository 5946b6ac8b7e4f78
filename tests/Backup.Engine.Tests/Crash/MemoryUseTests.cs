using System.Globalization;
using Backup.Engine.Tests.Interop;

namespace Backup.Engine.Tests.Crash;

/// <summary>What a backup needs of memory does not grow with what it reads. Measured on processes of their own.</summary>
public sealed class MemoryUseTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public Task A_stream_ten_times_as_long_takes_no_more() => CompareStreamsAsync(64 * MiB, 640 * MiB, 48 * MiB);

    [Fact]
    [Trait("Category", "Slow")]
    public Task A_stream_of_20_GiB_takes_no_more() => CompareStreamsAsync(640 * MiB, 20 * 1024 * MiB, 64 * MiB);

    [FactOnLinux]
    public Task A_folder_of_20000_files_takes_little_more_than_one_of_2000() => CompareFoldersAsync(2_000, 20_000, 60 * MiB);

    [FactOnLinux]
    [Trait("Category", "Slow")]
    public Task A_folder_of_200000_files_takes_little_more_than_one_of_20000() => CompareFoldersAsync(20_000, 200_000, 160 * MiB);

    [Fact]
    public Task A_backup_works_in_a_container_of_128_MiB() => BackUpInAsync(96 * MiB, files: 2);

    [Fact]
    [Trait("Category", "Slow")]
    public Task A_larger_backup_works_in_a_container_of_128_MiB() => BackUpInAsync(96 * MiB, files: 10);

    [Fact]
    [Trait("Category", "Slow")]
    public Task A_backup_works_where_the_runtime_may_have_64_MiB() => BackUpInAsync(64 * MiB, files: 4);

    /// <summary>Backs up files that can't be compressed, of 80 MB each.</summary>
    private static async Task BackUpInAsync(long heap, int files)
    {
        using var folder = new TempFolder();
        string source = folder.CreateFolder("source");
        var random = new Random(1);
        byte[] content = new byte[80_000_000];
        for (int i = 0; i < files; i++)
        {
            random.NextBytes(content);
            await File.WriteAllBytesAsync(Path.Combine(source, $"{i}"), content);
        }

        var own = new OwnEngine(folder.Combine("repository"));
        await own.InitAsync();
        using Child child = await Child.StartAsync(
            new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = heap.ToString("X", CultureInfo.InvariantCulture) },
            ChildProgram.PackSize, $"{16 * MiB}", "backup", own.Options.Location, source);

        await child.FinishAsync();

        CheckReport report = await own.CheckAsync();
        Assert.True(report.BytesRead >= files * (long)content.Length, $"{report.BytesRead} bytes are stored");
    }

    private static async Task CompareStreamsAsync(long shorter, long longer, long allowance)
    {
        using var folder = new TempFolder();
        long first = await MeasureAsync(folder, "stream", shorter.ToString(CultureInfo.InvariantCulture));

        long second = await MeasureAsync(folder, "stream", longer.ToString(CultureInfo.InvariantCulture));

        Assert.True(second < first + allowance, Told(first, second));
    }

    private static async Task CompareFoldersAsync(int fewer, int more, long allowance)
    {
        using var folder = new TempFolder();
        Fill(folder.CreateFolder("few"), fewer);
        Fill(folder.CreateFolder("many"), more);
        long first = await MeasureAsync(folder, "backup", folder.Combine("few"));

        long second = await MeasureAsync(folder, "backup", folder.Combine("many"));

        Assert.True(second < first + allowance, Told(first, second));
    }

    private static async Task<long> MeasureAsync(TempFolder folder, string verb, string argument)
    {
        string location = folder.Combine("repository");
        if (!Directory.Exists(location))
        {
            await new OwnEngine(location).InitAsync();
        }

        using Child child = await Child.StartAsync(verb, location, argument);
        return await child.FinishAsync();
    }

    private static void Fill(string folder, int files)
    {
        for (int i = 0; i < files; i++)
        {
            File.WriteAllText(Path.Combine(folder, $"file {i}"), $"{i}");
        }
    }

    private static string Told(long first, long second) => $"{first / MiB} MiB grew to {second / MiB} MiB";
}
