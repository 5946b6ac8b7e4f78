namespace Backup.Engine.Tests;

public sealed class LayeringTests
{
    private static readonly (string Path, string Text)[] Engine = [.. SourceTree.CSharpFiles("module/Backup.Engine")];

    [Fact]
    public void No_folder_uses_one_above_or_beside_it()
    {
        IEnumerable<string> violations = Layering.Violations(Engine);

        Assert.Empty(violations);
    }

    [Fact]
    public void Every_folder_has_its_place_in_the_list()
    {
        IEnumerable<string> folders = Engine.Where(file => file.Path.Contains('/')).Select(file => file.Path.Split('/')[0]).Distinct();

        IEnumerable<string> unlisted = folders.Where(folder => Layering.LineOf(folder) < 0);

        Assert.Empty(unlisted);
    }

    [Fact]
    public void The_project_imports_no_folder_for_all_files()
    {
        string project = File.ReadAllText(SourceTree.Combine("module/Backup.Engine/Backup.Engine.csproj"));

        Assert.DoesNotContain("<Using", project, StringComparison.Ordinal);
        Assert.DoesNotContain(Engine, file => file.Text.Contains("global using", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Packs/A.cs", "using Backup.Engine.Indexing;", "Packs/A.cs uses Indexing, which is not below Packs")]
    [InlineData("Packs/A.cs", "using Backup.Engine.Trees;", "Packs/A.cs uses Trees, which is not below Packs")]
    [InlineData("Packs/Deep/A.cs", "using X = Backup.Engine.Archiving.Y;", "Packs/Deep/A.cs uses Archiving, which is not below Packs")]
    [InlineData("Storage/A.cs", "var x = new Indexing.BlobIndex();", "Storage/A.cs uses Indexing, which is not below Storage")]
    [InlineData("Node.cs", "using Backup.Engine.Buffers;", "Node.cs uses Buffers: the root is the vocabulary, only Repository reaches into the folders")]
    public void A_reference_upwards_or_sideways_is_found(string path, string text, string expected)
    {
        IEnumerable<string> violations = Layering.Violations([(path, text), ("Indexing/BlobIndex.cs", "")]);

        Assert.Equal([expected], violations);
    }

    [Theory]
    [InlineData("Packs/A.cs", "using Backup.Engine.Crypto;")]
    [InlineData("Packs/A.cs", "using Backup.Engine.Packs;")]
    [InlineData("Packs/A.cs", "using Backup.Engine;")]
    [InlineData("Packs/A.cs", "    /// <see cref=\"Backup.Engine.Archiving.Y\"/>")]
    [InlineData("Storage/A.cs", "int n = Indexing.Count;")]
    [InlineData("Repository.cs", "using Backup.Engine.Archiving;")]
    [InlineData("Repository.Maintenance.cs", "using Backup.Engine.Maintenance;")]
    public void Everything_else_is_allowed(string path, string text)
    {
        IEnumerable<string> violations = Layering.Violations([(path, text), ("Indexing/BlobIndex.cs", "")]);

        Assert.Empty(violations);
    }
}
