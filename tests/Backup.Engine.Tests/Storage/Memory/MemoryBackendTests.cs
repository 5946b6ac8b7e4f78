using Backup.Engine.Storage.Memory;

namespace Backup.Engine.Tests.Storage.Memory;

public sealed class MemoryBackendTests : BackendContract
{
    [Fact]
    public async Task Disposing_forgets_nothing()
    {
        (FileHandle file, byte[] content) = NewFile(FileKind.Pack, 10);
        await Backend.SaveAsync(file, content, CancellationToken.None);

        await Backend.DisposeAsync();

        Assert.Equal(content, await Backend.LoadAsync(file, 10, CancellationToken.None));
    }

    protected override IBackend Open() => new MemoryBackend();
}
