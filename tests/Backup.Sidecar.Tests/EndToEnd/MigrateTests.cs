using System.Text;
using Backup.Engine;

namespace Backup.Sidecar.Tests.EndToEnd;

public sealed class MigrateTests : IDisposable
{
    private readonly SampleRepository _repository = new();

    [Fact]
    public async Task An_old_repository_is_upgraded_once()
    {
        var options = new RepositoryOptions
        {
            Location = _repository.Location,
            Password = Encoding.UTF8.GetBytes(SampleRepository.Password),
            Version = 1,
        };
        await (await Repository.CreateAsync(options, CancellationToken.None)).DisposeAsync();

        SidecarResult list = await _repository.RunAsync("migrate");
        SidecarResult applied = await _repository.RunAsync("migrate", "upgrade_repo_v2", "--json");
        SidecarResult again = await _repository.RunAsync("migrate");

        Assert.Contains("upgrade_repo_v2", list.Output, StringComparison.Ordinal);
        Assert.Equal("upgrade_repo_v2", applied.Line("migration_applied").GetProperty("name").GetString());
        Assert.Contains("nothing to change", again.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await _repository.RunAsync("cat", "config")).Document.GetProperty("version").GetInt32());
    }

    public void Dispose() => _repository.Dispose();
}
