using Backup.Engine;
using Backup.PowerShell.Binding;

namespace Backup.PowerShell.Tests.Binding;

public sealed class SnapshotPatternsTests
{
    [Theory]
    [InlineData("/home/ann/a.txt", "/home/ann/a.txt")]
    [InlineData("/a*b?c[d]", "/a[*]b[?]c[[]d]")]
    public void A_path_becomes_a_pattern_of_itself(string path, string expected) =>
        Assert.Equal(expected, SnapshotPatterns.Literal(path));

    [FactOnLinux]
    public async Task Files_with_the_strangest_names_are_restored_and_no_others()
    {
        using var folder = new TempFolder();
        string[] strange = ["a*b", "a?b", "a[b]c", "a\\b", "[!x]", "!not", "#no", " blank "];
        foreach (string name in (string[])[.. strange, "aXb", "abc"])
        {
            folder.WriteFile($"source/{name}", name);
        }

        await FolderRepository.CreateAsync(folder.Combine("repository"), "password");
        await using Repository repository = await Repository.OpenAsync(
            new RepositoryOptions { Location = folder.Combine("repository"), Password = "password"u8.ToArray() }, CancellationToken.None);
        IBackupSource source = Repository.CreateSource(
            new FileSystemSourceOptions { Paths = ["."], WorkingDirectory = folder.Combine("source") });
        await repository.BackupAsync(new BackupOptions { Source = source }, progress: null, CancellationToken.None);

        var options = new RestoreOptions
        {
            Snapshot = "latest",
            Target = folder.Combine("target"),
            Includes = [.. strange.Select(name => SnapshotPatterns.Literal("/" + name))],
        };
        await repository.RestoreAsync(options, progress: null, CancellationToken.None);

        IEnumerable<string> restored = Directory.GetFiles(folder.Combine("target")).Select(path => Path.GetFileName(path)!);
        Assert.Equal(strange.Order(StringComparer.Ordinal), restored.Order(StringComparer.Ordinal));
    }
}
