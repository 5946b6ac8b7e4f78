using System.Runtime.Loader;
using Backup.Engine;
using Backup.PowerShell.Tests.Surface;

namespace Backup.PowerShell.Tests;

/// <summary>Backends in contexts of their own, as the installed module loads them.</summary>
public sealed class BackendLoadContextTests
{
    [Fact]
    public async Task The_s3_backend_works_apart_from_everything_else()
    {
        BackendKind kind = BackendLoadContext.KindOf(StagedModule.Folder, "s3", "Backup.Storage.S3", "S3Storage");
        var options = new RepositoryOptions
        {
            Location = "s3:http://127.0.0.1:1/bucket",
            Connection = new ConnectionOptions { Settings = new Dictionary<string, string> { ["s3.unsafe-anonymous-auth"] = "true" } },
        };
        await using IBackend backend = kind.Open("http://127.0.0.1:1/bucket", options);

        BackendException error = await Assert.ThrowsAsync<BackendException>(
            () => backend.LoadAsync(FileHandle.Config, 1000, CancellationToken.None)); // not before then is the SDK loaded

        Assert.True(error.IsTransient);
        AssemblyLoadContext? context = AssemblyLoadContext.GetLoadContext(backend.GetType().Assembly);
        Assert.NotSame(AssemblyLoadContext.Default, context);
        Assert.Contains(context?.Assemblies ?? [], assembly => assembly.GetName().Name == "AWSSDK.S3");
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, assembly => assembly.GetName().Name == "AWSSDK.S3");
    }

    [Fact]
    public void A_backend_that_is_missing_says_what_to_do()
    {
        using var folder = new TempFolder();

        BackendException error = Assert.Throws<BackendException>(
            () => BackendLoadContext.KindOf(folder.FullName, "s3", "Backup.Storage.S3", "S3Storage"));

        Assert.Contains("install the module again", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }
}
