using Backup.PowerShell.Sessions;

namespace Backup.PowerShell.Tests.Sessions;

public sealed class RegistrationStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RegistrationStore _store;

    public RegistrationStoreTests() => _store = new RegistrationStore(_folder.Combine("settings/repositories.json"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void At_first_nothing_is_registered() => Assert.Empty(_store.Load());

    [Fact]
    public void What_is_saved_is_found_whatever_the_case_of_its_name()
    {
        var home = new Registration { Name = "home", Location = "/srv/backup", SecretName = "restic-home", Vault = "v" };

        _store.Save(home);
        _store.Save(new Registration { Name = "away", Location = "rest:https://host/", PasswordFile = "/pw" });

        Assert.Equal(home, _store.Find("HOME"));
        Assert.Equal(["away", "home"], _store.Load().Select(each => each.Name));
        Assert.Null(_store.Find("other"));
    }

    [Fact]
    public void How_a_place_is_reached_is_remembered()
    {
        var connection = new ConnectionSettings
        {
            UploadLimit = 2048,
            CaCertificate = ["/ca.pem"],
            SkipCertificateCheck = true,
            Option = new Dictionary<string, string> { ["s3.region"] = "north-1" },
            NoCache = true,
        };

        _store.Save(new Registration { Name = "cloud", Location = "s3:host/bucket", CredentialSecretName = "aws", Connection = connection });
        Registration found = _store.Find("cloud")!;

        Assert.Equal("aws", found.CredentialSecretName);
        Assert.Equivalent(connection, found.Connection, strict: true);
        Assert.DoesNotContain("SecretOptions", File.ReadAllText(_folder.Combine("settings/repositories.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_the_same_name_is_replaced()
    {
        _store.Save(new Registration { Name = "home", Location = "/old" });

        _store.Save(new Registration { Name = "Home", Location = "/new" });

        Assert.Equal("/new", Assert.Single(_store.Load()).Location);
    }

    [Fact]
    public void What_is_removed_is_gone()
    {
        _store.Save(new Registration { Name = "home", Location = "/srv" });

        Assert.True(_store.Remove("home"));
        Assert.False(_store.Remove("home"));
        Assert.Empty(_store.Load());
    }

    [Fact]
    public void A_file_that_makes_no_sense_is_named_and_left_as_it_is()
    {
        string path = _folder.WriteFile("settings/repositories.json", "{ \"half");

        var error = Assert.Throws<CommandException>(() => _store.Save(new Registration { Name = "home", Location = "/srv" }));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal("{ \"half", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("home", true)]
    [InlineData("büro-2", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("./x", false)]
    [InlineData("rest:x", false)]
    [InlineData("a b", false)]
    public void Names_are_never_locations(string text, bool expected) => Assert.Equal(expected, RegistrationStore.IsName(text));
}
