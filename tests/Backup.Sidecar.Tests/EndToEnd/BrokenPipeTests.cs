using System.Diagnostics;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.EndToEnd;

/// <summary>Who reads our output may stop reading.</summary>
public sealed class BrokenPipeTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [FactOnLinux]
    public async Task A_dump_that_nobody_reads_fails()
    {
        string path = Path.Combine(_repository.Files, "large");
        File.WriteAllBytes(path, new byte[30_000_000]);
        await _repository.BackUpAsync();

        using Process process = _repository.Process.Start("dump", "latest", path);
        process.StandardOutput.Close();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(ExitCodes.Failed, process.ExitCode);
        Assert.DoesNotContain("Unhandled", errors, StringComparison.Ordinal);
    }

    [FactOnLinux]
    public async Task A_backup_whose_status_nobody_reads_is_made_all_the_same()
    {
        using (FileStream file = File.Create(Path.Combine(_repository.Files, "holes")))
        {
            file.SetLength(500_000_000);
        }

        await _repository.CreateAsync();

        using Process process = _repository.Process.Start("backup", "--json", _repository.Files);
        process.StandardOutput.Close();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.DoesNotContain("Unhandled", errors, StringComparison.Ordinal);
        Assert.Single(_repository.Snapshots);
    }

    public void Dispose() => _repository.Dispose();
}
