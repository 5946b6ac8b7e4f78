using Backup.Sidecar.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace Backup.Sidecar.Tests.Configuration;

public sealed class ServiceConfigurationTests
{
    private const string Repositories = "\"Repositories\": { \"main\": { \"Location\": \"/srv/backup\", \"Password\": \"p\" } }";

    [Fact]
    public void An_empty_object_is_not_nothing()
    {
        ServiceOptions options = Read(
            $$"""
            { "Backup": { {{Repositories}}, "Token": null, // a comment
              "Policies": {
                "nightly": { "Backup": { "Sources": [{ "Payload": { "Name": "a", "Text": "x" } }], "Verify": {}, "Retention": null } },
                "weekly": { "Check": {}, },
            } } }
            """);

        Assert.NotNull(options.Policies["nightly"].Backup?.Verify);
        Assert.Null(options.Policies["nightly"].Backup?.Retention);
        Assert.NotNull(options.Policies["weekly"].Check);
        Assert.Null(options.Token);
    }

    [Theory]
    [InlineData("""{ "Repositories": { "main": {} } }""", "Location")]
    [InlineData("""{ "Policies": { "p": { "Backup": { "Sources": [{}] } } } }""", "source")]
    [InlineData("""{ "Token": {} }""", "token")]
    public void An_empty_object_is_refused_where_it_makes_no_sense(string section, string expected)
    {
        ConfigurationException exception = Assert.Throws<ConfigurationException>(
            () => Read($$"""{ "Backup": {{section.Insert(1, section.Contains("main", StringComparison.Ordinal) ? "" : Repositories + ",")}} }"""));

        Assert.Contains(expected, exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static ServiceOptions Read(string json)
    {
        using var folder = new TempFolder();
        folder.WriteFile("config.json", json);
        using var files = new PhysicalFileProvider(folder.FullName);
        using var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(new FullJsonSource { FileProvider = files, Path = "config.json" });
        return ServiceConfiguration.Read(configuration);
    }
}
